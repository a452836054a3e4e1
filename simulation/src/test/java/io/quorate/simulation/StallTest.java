package io.quorate.simulation;

import static io.quorate.simulation.Scenario.MILLISECOND;
import static io.quorate.simulation.Scenario.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.store.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A node that stood still hears what it was told meanwhile before it looks at the time.
class StallTest {
  private final Scenario scenario = Scenario.ofThree();
  private final World<Outcome> world = scenario.world;

  private void theLeaderStays(SimulatedHost<Outcome> before) {
    assertThat(world.leader()).isSameAs(before);
    for (var host : world.hosts()) {
      assertThat(Scenario.nodeOf(host).group().leaderChanges())
          .as("leaders that were found")
          .isOne();
      assertThat(Scenario.nodeOf(host).group().leadership().term()).isOne();
    }
  }

  /// Its followers have answered in time, though it has not read that yet.
  @Test
  void aLeaderWhoseFlushTakesAnElectionTimeoutStays() {
    scenario.begin();
    var leader = scenario.leader();
    leader.stallNextFlush(SECOND + 20 * MILLISECOND);
    Scenario.write(leader);
    world.run(3 * SECOND);
    theLeaderStays(leader);
  }

  @ParameterizedTest
  @ValueSource(longs = {SECOND, 3 * SECOND, 10 * SECOND})
  void aFollowerWhoseFlushIsSlowKeepsItsLeader(long nanos) {
    scenario.begin();
    var leader = scenario.leader();
    scenario.follower().stallNextFlush(nanos);
    Scenario.write(leader);
    world.run(12 * SECOND);
    theLeaderStays(leader);
  }

  @ParameterizedTest
  @ValueSource(longs = {SECOND, 3 * SECOND, 10 * SECOND})
  void aFollowerThatWasPausedKeepsItsLeader(long nanos) {
    scenario.begin();
    var leader = scenario.leader();
    scenario.follower().pause(nanos);
    world.run(12 * SECOND);
    theLeaderStays(leader);
  }
}
