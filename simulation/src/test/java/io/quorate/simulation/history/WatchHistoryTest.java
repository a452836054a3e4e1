package io.quorate.simulation.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quorate.simulation.history.KvRequest.Keys;
import io.quorate.simulation.history.WatchHistory.Shown;
import io.quorate.simulation.history.WatchHistory.Subject;
import io.quorate.simulation.watch.ViolationException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whether what watchers were shown is told apart from what cannot be: planted mistakes.
class WatchHistoryTest {
  private static final Subject OF_A = new Subject(Keys.one("a"), true, true, false);

  private final WatchHistory history = new WatchHistory();

  private static Shown shown(
      long revision, String key, @Nullable String value, @Nullable String previous) {
    return new Shown(revision, key, value, previous);
  }

  private static Shown alone(long revision, String key, @Nullable String value) {
    return new Shown(revision, key, value, null);
  }

  /// Somebody sees all of it.
  @BeforeEach
  void happens() {
    history
        .watch(Subject.EVERYTHING, 2)
        .shown(
            List.of(
                shown(2, "a", "1", null),
                shown(3, "b", "1", null),
                shown(4, "a", "2", "1"),
                shown(4, "b", null, "1"),
                shown(5, "a", null, "2")),
            5);
  }

  private void breaks(String promise, Consumer<WatchHistory> mistake) {
    assertThatExceptionOfType(ViolationException.class)
        .isThrownBy(() -> {
          mistake.accept(history);
          history.verify();
        })
        .satisfies(e -> assertThat(e.invariant()).isEqualTo(promise));
  }

  @Test
  void aPartOfItIsShownToWhoWatchesAPart() {
    var watcher = history.watch(OF_A, 1);
    watcher.shown(List.of(alone(2, "a", "1")), 3);
    watcher.progressed(3);
    watcher.shown(List.of(alone(4, "a", "2"), alone(5, "a", null)), 5);
    watcher.progressed(5);
    history.verify();
    assertThat(history.changes()).containsOnlyKeys(2L, 3L, 4L, 5L);
  }

  @Test
  void aWatchMayGoOnBehindACompaction() {
    var watcher = history.watch(OF_A, 1);
    watcher.compacted(4);
    watcher.shown(List.of(alone(4, "a", "2")), 4);
    history.verify();
  }

  @Test
  void whatIsLeftOut() {
    breaks(
        "W5", to -> to.watch(OF_A, 1).shown(List.of(alone(2, "a", "1"), alone(5, "a", null)), 5));
    breaks("W5", to -> to.watch(OF_A, 1).progressed(3));
  }

  @Test
  void whatIsTorn() {
    breaks(
        "W1",
        to -> {
          var watcher = to.watch(Subject.EVERYTHING, 4);
          watcher.shown(List.of(shown(4, "a", "2", "1")), 4);
          watcher.shown(List.of(shown(4, "b", null, "1")), 4);
        });
  }

  @Test
  void whatIsShownTwiceOrOutOfOrder() {
    breaks(
        "W1",
        to -> {
          var watcher = to.watch(OF_A, 1);
          watcher.shown(List.of(alone(2, "a", "1")), 2);
          watcher.shown(List.of(alone(2, "a", "1")), 2);
        });
    breaks("W1", to -> to.watch(OF_A, 1).shown(List.of(alone(4, "a", "2"), alone(2, "a", "1")), 4));
    breaks("W1", to -> to.watch(OF_A, 5).shown(List.of(alone(4, "a", "2")), 4));
  }

  @Test
  void progressAheadOfAChange() {
    breaks(
        "W1",
        to -> {
          var watcher = to.watch(OF_A, 1);
          watcher.progressed(4);
          watcher.shown(List.of(alone(4, "a", "2")), 4);
        });
    breaks(
        "W3",
        to -> {
          var watcher = to.watch(OF_A, 1);
          watcher.shown(List.of(alone(2, "a", "1"), alone(4, "a", "2")), 4);
          watcher.progressed(3);
        });
  }

  @Test
  void whatNobodyAskedFor() {
    breaks("W2", to -> to.watch(OF_A, 1).shown(List.of(alone(3, "b", "1")), 3));
    breaks(
        "W2",
        to ->
            to.watch(new Subject(null, false, true, false), 1)
                .shown(List.of(alone(2, "a", "1")), 2));
  }

  @Test
  void anotherChangeThanTheOneThatHappened() {
    breaks("W5", to -> to.watch(OF_A, 4).shown(List.of(alone(4, "a", "x")), 4));
    breaks(
        "W5",
        to -> to.watch(Subject.EVERYTHING, 3).shown(List.of(shown(3, "b", "other", null)), 3));
  }

  @Test
  void aWrongPreviousValue() {
    breaks(
        "W6",
        to ->
            to.watch(Subject.EVERYTHING, 6)
                .shown(List.of(shown(6, "b", "3", "never"), shown(6, "a", "3", null)), 6));
  }

  @Test
  void anEndByACompactionThatIsNotInTheWay() {
    breaks("W4", to -> to.watch(OF_A, 4).compacted(4));
  }
}
