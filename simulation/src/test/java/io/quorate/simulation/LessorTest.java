package io.quorate.simulation;

import static io.quorate.simulation.Scenario.MILLISECOND;
import static io.quorate.simulation.Scenario.SECOND;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.quorate.api.LeaseGrantRequest;
import io.quorate.api.PutRequest;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Call;
import io.quorate.node.LeaseState;
import io.quorate.node.Rpc;
import io.quorate.node.Unanswered;
import io.quorate.store.Outcome;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// The time of leases, as whole nodes keep it.
@ParameterizedClass
@MethodSource("io.quorate.simulation.Scenario#protocols")
class LessorTest {
  private static final long LEASE = 7;
  private static final long TTL = 5 * SECOND;

  /// How long after its time a lease goes in a cluster that is well.
  private static final long SOON = 600 * MILLISECOND;

  private final Scenario scenario;
  private final World<Outcome> world;

  LessorTest(Protocol protocol) {
    scenario = Scenario.ofThree(protocol);
    world = scenario.world;
  }

  @BeforeEach
  void begin() {
    scenario.begin();
    scenario.serve();
    world.run(SECOND);
  }

  private static final class Renewal implements Call<LeaseState> {
    @Nullable LeaseState state;
    @Nullable Unanswered why;

    @Override
    public void done(LeaseState now) {
      state = now;
    }

    @Override
    public void unanswered(Unanswered unanswered) {
      why = unanswered;
    }
  }

  private Renewal ask(SimulatedHost<Outcome> host, boolean renew) {
    var renewal = new Renewal();
    host.onLoop(() -> Scenario.nodeOf(host).group().askLessor(renew, LEASE, renewal));
    return renewal;
  }

  private void renewed(SimulatedHost<Outcome> host) {
    var renewal = ask(host, true);
    world.run(100 * MILLISECOND);
    assertThat(renewal.state).isEqualTo(new LeaseState(TTL / SECOND, TTL));
  }

  private void grant() {
    var request = LeaseGrantRequest.newBuilder().setID(LEASE).setTTL(TTL / SECOND).build();
    done(scenario.leader(), "etcdserverpb.Lease/LeaseGrant", request);
  }

  private void done(SimulatedHost<Outcome> host, String method, MessageLite request) {
    var failures = new StringBuilder("unanswered");
    scenario.call(
        host,
        method,
        request,
        new Rpc.Reply() {
          @Override
          public void done(Bytes response) {
            failures.setLength(0);
          }

          @Override
          public void failed(int code, String text) {
            failures.append(text);
          }
        });
    scenario.until(failures::isEmpty, SECOND);
    assertThat(failures.toString()).isEmpty();
  }

  /// As the node knows that has applied the most.
  private boolean lives() {
    var upToDate =
        world.hosts().stream()
            .filter(SimulatedHost::isUp)
            .max(
                Comparator.comparingLong(
                    host -> Scenario.nodeOf(host).group().replica().applied()));
    return scenario.storeOf(upToDate.orElseThrow()).leases().containsKey(LEASE);
  }

  private void livesForAnother(long nanos) {
    world.run(nanos - MILLISECOND);
    assertThat(lives()).as("the lease lives").isTrue();
  }

  private void goesSoon() {
    world.run(SOON);
    assertThat(lives()).as("the lease lives").isFalse();
  }

  @Test
  void aLeaseLivesForItsTtlAndGoesSoonAfterWithItsKeys() {
    grant();
    long granted = world.timeline().now();
    var put =
        PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("key")).setLease(LEASE).build();
    done(scenario.follower(), "etcdserverpb.KV/Put", put);
    livesForAnother(granted + TTL - world.timeline().now());
    goesSoon();
    for (var host : world.hosts()) {
      assertThat(scenario.storeOf(host).leases()).isEmpty();
      assertThat(scenario.storeOf(host).revision()).isEqualTo(3);
    }
  }

  @Test
  void aRenewalThroughAnyNodeBeginsItsTimeAnew() {
    grant();
    for (var host : world.hosts()) {
      world.run(4 * SECOND);
      renewed(host);
    }
    livesForAnother(TTL - 100 * MILLISECOND);
    goesSoon();
  }

  /// etcd-156: at a node that may not have applied the grant.
  @Test
  void aGrantIsKnownToEveryNodeAtOnce() {
    grant();
    for (var host : scenario.followers()) {
      renewed(host);
    }
  }

  @Test
  void aLeaseThatIsGoneOrNeverWasIsNotRenewed() {
    var never = ask(scenario.follower(), true);
    world.run(SECOND);
    assertThat(never.state).isEqualTo(LeaseState.GONE);
    grant();
    world.run(TTL + SOON);
    var gone = ask(scenario.follower(), true);
    world.run(SECOND);
    assertThat(gone.state).isEqualTo(LeaseState.GONE);
  }

  @Test
  void whatIsLeftIsToldWithoutARenewal() {
    grant();
    world.run(SECOND);
    var told = ask(scenario.follower(), false);
    world.run(SECOND);
    var state = requireNonNull(told.state);
    assertThat(state.ttl()).isEqualTo(5);
    assertThat(state.remaining()).isBetween(3_900 * MILLISECOND, 4 * SECOND);
  }

  /// SK04, L6.
  @Test
  void aNewLeaderGivesEachLeaseItsFullTime() {
    grant();
    world.run(4 * SECOND);
    scenario.leader().crash(SimulatedDisk.Loss.NOTHING);
    scenario.until(() -> world.leader() != null, 3 * SECOND);
    livesForAnother(TTL);
    world.run(SECOND);
    assertThat(lives()).isFalse();
  }

  /// SK03, L6: the expiry is on its way when its lessor loses touch. The next lessor renews the
  /// lease, and then the expiry comes through.
  @Test
  void theExpiryOfALessorThatWasReplacedIsVoid() {
    grant();
    var deposed = scenario.leader();
    scenario.until(() -> Scenario.nodeOf(deposed).group().pendingProposals() > 0, TTL + SECOND);
    assertThat(Scenario.nodeOf(deposed).group().pendingProposals()).isOne();
    scenario.cutOff(deposed);
    scenario.until(() -> world.leader() != null && world.leader() != deposed, 3 * SECOND);
    world.run(500 * MILLISECOND);
    renewed(scenario.leader());
    scenario.reconnect(deposed);
    scenario.until(() -> Scenario.nodeOf(deposed).group().pendingProposals() == 0, 2 * SECOND);
    assertThat(Scenario.nodeOf(deposed).group().failedProposals()).isZero();
    assertThat(lives()).isTrue();
    renewed(deposed);
  }

  /// etcd-162, L7.
  @Test
  void aLeaseWhoseExpiryIsProposedIsNotRenewed() {
    grant();
    var lessor = scenario.leader();
    var group = Scenario.nodeOf(lessor).group();
    scenario.until(() -> group.pendingProposals() > 0, TTL + SECOND);
    scenario
        .followers()
        .forEach(host -> world.network().slow(host.id(), lessor.id(), 200 * MILLISECOND));
    var asked = ask(lessor, true);
    world.run(100 * MILLISECOND);
    assertThat(asked.state).isNull();
    world.run(SECOND);
    assertThat(asked.state).isEqualTo(LeaseState.GONE);
    assertThat(lives()).isFalse();
  }

  @Test
  void aLessorThatStoodStillHearsRenewalsBeforeItLooksAtTheTime() {
    grant();
    var lessor = scenario.leader();
    world.run(4_500 * MILLISECOND);
    lessor.pause(800 * MILLISECOND);
    world.run(10 * MILLISECOND);
    var renewal = ask(scenario.follower(), true);
    world.run(SECOND);
    assertThat(world.leader()).isSameAs(lessor);
    assertThat(renewal.state).isEqualTo(new LeaseState(TTL / SECOND, TTL));
    livesForAnother(TTL - 300 * MILLISECOND);
    goesSoon();
  }

  @Test
  void aLessorThatStoodStillForLongExpiresNothingThatWasRenewedMeanwhile() {
    grant();
    var followers = scenario.followers();
    world.run(4 * SECOND);
    scenario.leader().pause(4 * SECOND);
    scenario.until(() -> followers.stream().anyMatch(Scenario::leads), 3 * SECOND);
    world.run(500 * MILLISECOND);
    renewed(followers.getFirst());
    livesForAnother(TTL - 100 * MILLISECOND);
    goesSoon();
  }

  /// etcd-163.
  @Test
  void withoutALeaderNobodyIsToldAnything() {
    grant();
    var alone = scenario.follower();
    scenario.cutOff(alone);
    world.run(3 * SECOND);
    var asked = ask(alone, true);
    world.run(6 * SECOND);
    assertThat(asked.why).isNull();
    world.run(2 * SECOND);
    assertThat(asked.state).isNull();
    assertThat(asked.why).isEqualTo(Unanswered.NO_LEADER_IN_TIME);
  }

  @Test
  void aCutOffLessorNeitherRenewsNorExpires() {
    grant();
    var lessor = scenario.leader();
    world.run(TTL - 500 * MILLISECOND);
    scenario.cutOff(lessor);
    var asked = ask(lessor, true);
    world.run(2 * SECOND);
    assertThat(asked.state).isNull();
    assertThat(scenario.storeOf(lessor).leases()).containsKey(LEASE);
    assertThat(Scenario.nodeOf(lessor).group().pendingProposals()).isZero();
  }
}
