package io.quorate.consensus.zab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.script.RandomGroup;
import org.junit.jupiter.api.Test;

/// Groups in trouble keep the invariants Z1, Z2, Z9, Z10, Z12, Z13 and Z17 of Zab, at every step,
/// and recover once the trouble is over. `-Dzab.seeds=N` plays more of them.
class RandomGroupTest {
  private static final int SEEDS = Integer.getInteger("zab.seeds", 60);
  private static final int FROM = Integer.getInteger("zab.from", 0);

  @Test
  void groupsInTroubleKeepTheInvariants() {
    int reads = 0;
    long decided = 0;
    for (int seed = FROM; seed < FROM + SEEDS; seed++) {
      var group = new RandomGroup(seed, Zab.PROTOCOL, ZabWatch::new);
      try {
        group.trouble(3_000);
        group.recover();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
      reads += group.readsAnswered();
      decided += group.decidedAnywhere();
    }
    assertThat(reads).isGreaterThan(SEEDS);
    assertThat(decided).isGreaterThan(20L * SEEDS);
  }
}
