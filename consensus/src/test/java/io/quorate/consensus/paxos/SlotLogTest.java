package io.quorate.consensus.paxos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.InvariantException;
import io.quorate.consensus.Payload;
import io.quorate.consensus.script.Scene;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What a [SlotLog] keeps, decides and forgets.
class SlotLogTest {
  private static final Ballot LOW = new Ballot(1, 2);
  private static final Ballot HIGH = new Ballot(2, 1);

  private static Entry entry(long slot, String text) {
    return new Entry(slot, 0, Scene.batch(slot, text));
  }

  private static Entry stopSign(long slot) {
    return new Entry(slot, 0, new Payload.StopSign(Era.first("paxos", List.of(Scene.id(1)))));
  }

  @Test
  void decidesChosenSlotsInOrder() {
    var log = new SlotLog(0, 1_000);
    log.accept(LOW, entry(1, "a"));
    log.accept(LOW, entry(3, "c"));
    log.chooseAll(1, 3, LOW);
    assertThat(log.advance()).containsExactly(entry(1, "a"));
    assertThat(log.firstChosen()).isEqualTo(3);
    log.learn(entry(2, "b"));
    assertThat(log.advance()).containsExactly(entry(2, "b"), entry(3, "c"));
    assertThat(log.undecidedBytes()).isZero();
  }

  @Test
  void choosesOnlyWhatTheVeryBallotPutThere() {
    var log = new SlotLog(0, 1_000);
    log.accept(LOW, entry(1, "a"));
    log.choose(1, HIGH);
    log.chooseAll(1, 1, HIGH);
    assertThat(log.advance()).isEmpty();
    log.accept(HIGH, entry(1, "b"));
    log.choose(1, HIGH);
    assertThat(log.advance()).containsExactly(entry(1, "b"));
  }

  @Test
  void keepsWhatIsChosen() {
    var log = new SlotLog(0, 1_000);
    log.learn(entry(2, "b"));
    log.learn(entry(2, "b"));
    assertThatThrownBy(() -> log.accept(HIGH, entry(2, "b")))
        .isInstanceOf(InvariantException.class);
    assertThatThrownBy(() -> log.learn(entry(2, "other"))).isInstanceOf(InvariantException.class);
    assertThatThrownBy(() -> new SlotLog(5, 0).resetTo(4)).isInstanceOf(InvariantException.class);
  }

  @Test
  void decidesNothingBehindAStopSign() {
    var log = new SlotLog(0, 1_000);
    log.learn(stopSign(1));
    log.learn(entry(2, "b"));
    assertThat(log.advance()).containsExactly(stopSign(1));
    assertThat(log.advance()).isEmpty();
    assertThat(log.ended()).isTrue();
  }

  @Test
  void keepsWhatLiesBehindAPointThatIsHeldElsewhere() {
    var log = new SlotLog(0, 1_000);
    log.accept(LOW, entry(2, "b"));
    log.learn(entry(4, "d"));
    log.accept(LOW, entry(5, "e"));
    log.resetTo(3);
    assertThat(log.base()).isEqualTo(3);
    assertThat(log.advance()).containsExactly(entry(4, "d"));
    assertThat(log.undecidedBytes()).isEqualTo(entry(5, "e").size());
    assertThat(log.last()).isEqualTo(5);
  }

  /// Bytes, window and decided slots against the plainest telling of them.
  @Test
  void countsWhatItHolds() {
    for (int seed = 0; seed < 50; seed++) {
      var random = new Random(seed);
      long window = random.nextInt(500);
      var log = new SlotLog(0, window);
      Map<Long, Entry> held = new TreeMap<>();
      var decided = new ArrayList<Entry>();
      for (int i = 0; i < 300; i++) {
        long slot = decided.size() + 1L + random.nextInt(10);
        if (random.nextInt(3) > 0 && !log.isChosen(slot)) {
          var fresh = entry(slot, "x".repeat(random.nextInt(30)));
          log.accept(LOW, fresh);
          held.put(slot, fresh);
        } else {
          log.choose(slot, LOW);
        }
        for (var newly : log.advance()) {
          assertThat(newly).isEqualTo(held.remove((long) decided.size() + 1));
          decided.add(newly);
        }
        assertThat(log.decided()).isEqualTo(decided.size());
        assertThat(log.undecidedBytes()).isEqualTo(Entry.size(List.copyOf(held.values())));
        assertThat(Entry.size(decided.subList((int) log.base(), decided.size())))
            .isLessThanOrEqualTo(window);
      }
    }
  }
}
