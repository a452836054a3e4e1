package io.quorate.simulation;

import static io.quorate.simulation.Scenario.MILLISECOND;
import static io.quorate.simulation.Scenario.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.Protocol;
import io.quorate.store.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A node that stood still hears what it was told meanwhile before it looks at the time.
@ParameterizedClass
@MethodSource("io.quorate.simulation.Scenario#protocols")
class StallTest {
  private final Scenario scenario;
  private final World<Outcome> world;

  StallTest(Protocol protocol) {
    scenario = Scenario.ofThree(protocol);
    world = scenario.world;
  }

  private long begin() {
    scenario.begin();
    return Scenario.nodeOf(scenario.leader()).group().leadership().term();
  }

  private void theLeaderStays(SimulatedHost<Outcome> before, long term) {
    assertThat(world.leader()).isSameAs(before);
    for (var host : world.hosts()) {
      assertThat(Scenario.nodeOf(host).group().leaderChanges())
          .as("leaders that were found")
          .isOne();
      assertThat(Scenario.nodeOf(host).group().leadership().term()).isEqualTo(term);
    }
  }

  /// Its followers have answered in time, though it has not read that yet.
  @Test
  void aLeaderWhoseFlushTakesAnElectionTimeoutStays() {
    long term = begin();
    var leader = scenario.leader();
    leader.stallNextFlush(SECOND + 20 * MILLISECOND);
    Scenario.write(leader);
    world.run(3 * SECOND);
    theLeaderStays(leader, term);
  }

  @ParameterizedTest
  @ValueSource(longs = {SECOND, 3 * SECOND, 10 * SECOND})
  void aFollowerWhoseFlushIsSlowKeepsItsLeader(long nanos) {
    long term = begin();
    var leader = scenario.leader();
    scenario.follower().stallNextFlush(nanos);
    Scenario.write(leader);
    world.run(12 * SECOND);
    theLeaderStays(leader, term);
  }

  @ParameterizedTest
  @ValueSource(longs = {SECOND, 3 * SECOND, 10 * SECOND})
  void aFollowerThatWasPausedKeepsItsLeader(long nanos) {
    long term = begin();
    var leader = scenario.leader();
    scenario.follower().pause(nanos);
    world.run(12 * SECOND);
    theLeaderStays(leader, term);
  }
}
