package io.quorate.simulation.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quorate.consensus.Protocol;
import io.quorate.node.Protocols;
import io.quorate.simulation.experiment.Cost.Load;
import io.quorate.simulation.experiment.Takeover.Cause;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is known of each protocol beforehand is what the experiments come to.
@ParameterizedClass
@MethodSource("protocols")
class ExperimentsTest {
  private static final double MILLISECOND = 1e6;

  private final Protocol protocol;

  ExperimentsTest(Protocol protocol) {
    this.protocol = protocol;
  }

  static Stream<Protocol> protocols() {
    return Protocols.names().stream().map(Protocols::named);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void aWriteTakesOneRoundTripAtTheLeaderAndTwoAtAFollower(int nodes) {
    var leader = Cost.measure(1, nodes, protocol, Load.LEADER_ALONE);
    var follower = Cost.measure(1, nodes, protocol, Load.FOLLOWER_ALONE);
    assertThat(leader.delays()).isCloseTo(2, within(0.2));
    assertThat(follower.delays()).isCloseTo(4, within(0.3));
    assertThat(leader.writesPerFlush()).as("each node forces it once").isCloseTo(1, within(0.1));
    assertThat(leader.messages()).isGreaterThan(2 * (nodes - 1));
    assertThat(leader.bytes()).isGreaterThan((nodes - 1) * Cost.VALUE);
    assertThat(follower.bytes()).isGreaterThan(leader.bytes());
  }

  @Test
  void manyWritesShareMessagesAndFlushes() {
    var alone = Cost.measure(1, 3, protocol, Load.LEADER_ALONE);
    var busy = Cost.measure(1, 3, protocol, Load.LEADER_BUSY);
    assertThat(busy.messages()).isLessThan(alone.messages() / 10);
    assertThat(busy.writesPerFlush()).isGreaterThan(10 * alone.writesPerFlush());
  }

  @Test
  void aLeaderWhoseProcessEndsIsReplacedAtOnceAndASilentOneAfterItsTimeout() {
    assertThat(Takeover.measure(1, 3, protocol, Cause.PROCESS_ENDS))
        .isBetween(1L, (long) (100 * MILLISECOND));
    assertThat(Takeover.measure(1, 3, protocol, Cause.HOST_IS_CUT_OFF))
        .isBetween((long) (500 * MILLISECOND), Partitions.FOUR_TIMEOUTS);
  }

  @Test
  void anElectionTakesSomeRoundTrips() {
    assertThat(Takeover.electionDelays(1, 3, protocol)).isBetween(4.0, 20.0);
  }

  /// C16. Multi-Paxos leads wherever a node reaches a quorum; the others need one that holds all
  /// that was decided, and a star around one that lags has none.
  @ParameterizedTest
  @EnumSource
  void writesAreBackWithinFourTimeoutsWhereAnybodyCanLead(Partition partition) {
    for (int nodes : new int[] {3, 5, 7}) {
      var result = Partitions.measure(1, nodes, protocol, partition);
      boolean needsTheNewest =
          partition == Partition.STALE_STAR && nodes > 3 && !protocol.name().equals("paxos");
      assertThat(result.isBackInTime())
          .as("%s of %s nodes: %s", partition, nodes, result)
          .isEqualTo(partition.leavesQuorum(nodes) && !needsTheNewest);
      assertThat(result.leaderships()).as("leaderships").isLessThanOrEqualTo(2);
    }
  }

  @Test
  void theSameSeedComesToTheSame() {
    assertThat(Cost.measure(7, 3, protocol, Load.LEADER_BUSY))
        .isEqualTo(Cost.measure(7, 3, protocol, Load.LEADER_BUSY));
    assertThat(Takeover.measure(7, 3, protocol, Cause.HOST_IS_CUT_OFF))
        .isEqualTo(Takeover.measure(7, 3, protocol, Cause.HOST_IS_CUT_OFF))
        .isNotEqualTo(Takeover.measure(8, 3, protocol, Cause.HOST_IS_CUT_OFF));
    assertThat(Partitions.measure(7, 5, protocol, Partition.STAR))
        .isEqualTo(Partitions.measure(7, 5, protocol, Partition.STAR));
  }
}
