package io.quorate.simulation;

import static io.quorate.simulation.Scenario.MILLISECOND;
import static io.quorate.simulation.Scenario.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.consensus.Era;
import io.quorate.consensus.raft.Raft;
import io.quorate.node.Call;
import io.quorate.node.Unanswered;
import io.quorate.simulation.raft.RaftWatch;
import io.quorate.simulation.watch.ViolationException;
import io.quorate.store.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// SR28, R12: a leader with a lease is cut off from the others, which elect another one and go on,
/// while it is asked to read all the time.
class LeaseTest {
  private static final int BOUND_PPM = 20_000;

  private final List<Long> answered = new ArrayList<>();

  private final RaftWatch watch = new RaftWatch();

  private Scenario scenario(long seed) {
    var options = Era.Options.DEFAULT.withLeases(1_000, BOUND_PPM);
    var settings = World.Settings.of(3, 0, Raft.PROTOCOL, options);
    var scenario = new Scenario(seed, settings, watch);
    scenario.begin();
    scenario.world.run(2 * SECOND);
    return scenario;
  }

  /// @param leaderPpm how fast the leader's clock runs
  /// @param othersPpm how fast the others' clocks run
  private void cutOff(Scenario scenario, long leaderPpm, long othersPpm) {
    var world = scenario.world;
    var leader = scenario.leader();
    for (var host : world.hosts()) {
      host.clock().drift(host == leader ? leaderPpm : othersPpm);
    }
    world.run(SECOND);
    scenario.cutOff(leader);
    for (int i = 0; i < 3_000; i++) {
      world.run(MILLISECOND);
      read(world, leader);
      if (i % 10 == 0) {
        world.hosts().stream().filter(host -> host != leader).forEach(Scenario::write);
      }
    }
  }

  private void read(World<Outcome> world, SimulatedHost<Outcome> host) {
    host.onLoop(() ->
        Scenario.nodeOf(host)
            .group()
            .barrier(
                new Call<>() {
                  @Override
                  public void done(Long index) {
                    answered.add(world.timeline().now());
                  }

                  @Override
                  public void unanswered(Unanswered why) {}
                }));
  }

  @Test
  void aLeaderThatIsCutOffReadsOnForItsLeaseAndNoLonger() {
    var scenario = scenario(1);
    long terms = watch.leaderships();
    long cut = scenario.world.timeline().now() + SECOND;
    cutOff(scenario, 0, 0);
    assertThat(watch.leaderships()).as("terms with a leader").isEqualTo((int) terms + 1);
    assertThat(answered.getLast())
        .isBetween(cut + 960 * MILLISECOND - 2 * 100 * MILLISECOND, cut + 960 * MILLISECOND);
    assertThat(answered).hasSizeGreaterThan(700);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void clocksThatDriftWithinTheBoundAreHarmless(long seed) {
    var scenario = scenario(seed);
    cutOff(scenario, -BOUND_PPM, BOUND_PPM);
    assertThat(watch.moments().counts()).containsKey("read answered by a lease");
  }

  /// What no protocol can keep then is noticed: the stale read is never silent.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aClockThatDriftsBeyondTheBoundIsCaught(long seed) {
    var scenario = scenario(seed);
    assertThatThrownBy(() -> cutOff(scenario, -700_000, BOUND_PPM))
        .isInstanceOfSatisfying(
            ViolationException.class, e -> assertThat(e.invariant()).isEqualTo("R12"));
  }
}
