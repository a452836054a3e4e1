package io.quorate.consensus.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.script.RandomGroup;
import org.junit.jupiter.api.Test;

/// Groups in trouble keep the invariants P1 to P6, P8 and P10 of Multi-Paxos, at every step, and
/// recover once the trouble is over. `-Dpaxos.seeds=N` plays more of them.
class RandomGroupTest {
  private static final int SEEDS = Integer.getInteger("paxos.seeds", 60);
  private static final int FROM = Integer.getInteger("paxos.from", 0);

  @Test
  void groupsInTroubleKeepTheInvariants() {
    int reads = 0;
    long decided = 0;
    for (int seed = FROM; seed < FROM + SEEDS; seed++) {
      var group = new RandomGroup(seed, MultiPaxos.PROTOCOL, PaxosWatch::new);
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
