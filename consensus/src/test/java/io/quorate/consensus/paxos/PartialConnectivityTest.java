package io.quorate.consensus.paxos;

import io.quorate.consensus.script.PartialConnectivitySuite;
import io.quorate.consensus.script.RandomGroup;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who is connected to a quorum can lead, however old its log.
class PartialConnectivityTest extends PartialConnectivitySuite {
  @Override
  protected RandomGroup group(long seed, int voters) {
    return new RandomGroup(seed, voters, MultiPaxos.PROTOCOL, PaxosWatch::new);
  }

  /// SR31, constrained election: the only one who can be elected lacks what was decided.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aStaleCentreTakesOver(long seed) {
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
    requireStable(group, 3);
  }
}
