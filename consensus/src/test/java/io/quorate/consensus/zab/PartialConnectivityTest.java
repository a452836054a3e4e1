package io.quorate.consensus.zab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.script.PartialConnectivitySuite;
import io.quorate.consensus.script.RandomGroup;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who is connected to a quorum can lead, if its history is as recent as that of a quorum.
class PartialConnectivityTest extends PartialConnectivitySuite {
  @Override
  protected RandomGroup group(long seed, int voters) {
    return new RandomGroup(seed, voters, Zab.PROTOCOL, ZabWatch::new);
  }

  /// SR31, constrained election: the only one who reaches a quorum lacks what was decided. Nobody
  /// can be elected, and nothing grows; one more link, and somebody is.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aStaleCentreWaits(long seed) {
    var group = led(seed, 5, 1);
    for (long other : new long[] {1, 2, 4, 5}) {
      cutBoth(group, 3, other);
    }
    for (int i = 0; i < 20; i++) {
      group.proposeAnywhere();
      group.quiet(20);
    }
    group.healAll();
    starAround(group, 5, 3);
    cutBoth(group, 1, 3);
    group.quiet(FOUR_TIMEOUTS);
    assertThat(group.leader()).isZero();
    long attempts = group.attempts();
    group.quiet(FOUR_TIMEOUTS);
    assertThat(group.attempts()).isEqualTo(attempts);
    group.healAll();
    starAround(group, 5, 3);
    group.heal(2, 4);
    group.quiet(FOUR_TIMEOUTS);
    requireStable(group, group.leader());
  }
}
