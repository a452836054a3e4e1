package io.quorate.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.raft.Raft;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Call;
import io.quorate.node.Node;
import io.quorate.node.Unanswered;
import io.quorate.store.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A node that stood still hears what it was told meanwhile before it looks at the time.
class StallTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000 * MILLISECOND;

  private static final Call<Outcome> NOBODY_WAITS =
      new Call<>() {
        @Override
        public void done(Outcome result) {}

        @Override
        public void unanswered(Unanswered why) {}
      };

  private final World<Outcome> world =
      new World<>(
          1,
          World.Settings.of(3, Raft.PROTOCOL),
          new KvMachines(),
          w -> new RaftWatch(),
          Trace.NONE);

  private SimulatedHost<Outcome> leader() {
    return requireNonNull(world.leader());
  }

  private SimulatedHost<Outcome> follower() {
    var leader = leader();
    return world.hosts().stream().filter(host -> host != leader).findFirst().orElseThrow();
  }

  private static Node<Outcome> nodeOf(SimulatedHost<Outcome> host) {
    return requireNonNull(host.node());
  }

  private void begin() {
    world.startAll();
    world.run(2 * SECOND);
  }

  private void write() {
    var leader = leader();
    leader.onLoop(() -> nodeOf(leader).group().propose(Bytes.of(new byte[8]), NOBODY_WAITS));
  }

  private void theLeaderStays(SimulatedHost<Outcome> before) {
    assertThat(world.leader()).isSameAs(before);
    for (var host : world.hosts()) {
      assertThat(nodeOf(host).group().leaderChanges()).as("leaders that were found").isOne();
      assertThat(nodeOf(host).group().leadership().term()).isOne();
    }
  }

  /// Its followers have answered in time, though it has not read that yet.
  @Test
  void aLeaderWhoseFlushTakesAnElectionTimeoutStays() {
    begin();
    var leader = leader();
    leader.stallNextFlush(SECOND + 20 * MILLISECOND);
    write();
    world.run(3 * SECOND);
    theLeaderStays(leader);
  }

  @ParameterizedTest
  @ValueSource(longs = {SECOND, 3 * SECOND, 10 * SECOND})
  void aFollowerWhoseFlushIsSlowKeepsItsLeader(long nanos) {
    begin();
    var leader = leader();
    follower().stallNextFlush(nanos);
    write();
    world.run(12 * SECOND);
    theLeaderStays(leader);
  }

  @ParameterizedTest
  @ValueSource(longs = {SECOND, 3 * SECOND, 10 * SECOND})
  void aFollowerThatWasPausedKeepsItsLeader(long nanos) {
    begin();
    var leader = leader();
    follower().pause(nanos);
    world.run(12 * SECOND);
    theLeaderStays(leader);
  }
}
