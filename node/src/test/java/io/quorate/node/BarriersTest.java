package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.Leadership;
import io.quorate.consensus.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BarriersTest {
  private static final long TIMEOUT = 7_000_000_000L;

  /// A node's reads, in one of its lives, and what it asked the leader.
  private static final class Life {
    final Leader leader = new Leader(1_000_000_000);
    final List<Long> asked = new ArrayList<>();
    final List<Long> released = new ArrayList<>();
    final List<Unanswered> unanswered = new ArrayList<>();
    final Barriers barriers;

    Life(long incarnation) {
      barriers = new Barriers(incarnation, TIMEOUT, leader, (to, number) -> asked.add(number));
      leader.changed(0, new Leadership(new ReplicaId(1, 1), 1));
    }

    void read() {
      read(0);
      barriers.turn(0);
    }

    /// A read comes in at a time.
    void read(long now) {
      barriers.await(
          now,
          new Call<>() {
            @Override
            public void done(Long index) {
              released.add(index);
            }

            @Override
            public void unanswered(Unanswered why) {
              unanswered.add(why);
            }
          });
    }
  }

  @Test
  void theAnswerToAnEarlierLifeReleasesNothing() {
    var before = new Life(4);
    before.read();
    var after = new Life(5);
    after.read();

    after.barriers.ready(before.asked.getFirst(), 10);
    after.barriers.applied(10);
    assertThat(after.released).isEmpty();

    after.barriers.ready(after.asked.getFirst(), 11);
    after.barriers.applied(11);
    assertThat(after.released).containsExactly(11L);
  }

  @Test
  void readsThatComeWhileABarrierIsUnderWayWaitForTheNextOne() {
    var life = new Life(1);
    life.read();
    life.read();
    assertThat(life.asked).hasSize(1);

    life.barriers.ready(life.asked.getFirst(), 3);
    life.barriers.applied(3);
    assertThat(life.released).containsExactly(3L);

    life.barriers.turn(0);
    assertThat(life.asked).hasSize(2);
  }

  /// The leader may answer as of the time at which the turn began.
  @Test
  void readsThatComeWithinATurnWaitForTheNextOne() {
    var life = new Life(1);
    life.read(3);
    life.read(5);
    life.barriers.turn(4);
    assertThat(life.asked).hasSize(1);
    life.barriers.ready(life.asked.getFirst(), 7);
    life.barriers.applied(7);
    assertThat(life.released).containsExactly(7L);

    life.barriers.turn(4);
    assertThat(life.asked).hasSize(1);
    life.barriers.turn(5);
    assertThat(life.asked).hasSize(2);
  }

  @Test
  void tooManyReadsAtATimeAreRefused() {
    var life = new Life(1);
    for (int i = 0; i < 100_000; i++) {
      life.read();
    }
    assertThat(life.unanswered).isEmpty();
    life.read();
    assertThat(life.unanswered).containsExactly(Unanswered.TOO_MANY_REQUESTS);

    life.barriers.ready(life.asked.getFirst(), 3);
    life.barriers.applied(3);
    life.read();
    assertThat(life.unanswered).hasSize(1);
  }
}
