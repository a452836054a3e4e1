package io.quorate.consensus.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TailOfRecordsTest {
  private final TailOfRecords tail = new TailOfRecords();

  private static List<Entry> entries(long mark, long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(index -> new Entry(index, mark, new Payload.NoOp()))
        .toList();
  }

  private List<Point> behind(long index, long mark) {
    return tail.behind(new Point(index, mark)).stream().map(Entry::point).toList();
  }

  @Test
  void aTruncationKeepsWhatLiesBeforeIt() {
    tail.replace(1, entries(1, 1, 4));
    tail.truncate(6);
    tail.truncate(2);
    assertThat(behind(0, 0)).containsExactly(new Point(1, 1), new Point(2, 1));
    tail.replace(3, entries(2, 3, 3));
    assertThat(behind(1, 1)).containsExactly(new Point(2, 1), new Point(3, 2));
  }

  @Test
  void aTruncationBeforeAllThatIsKnownLeavesNothing() {
    tail.replace(5, entries(1, 5, 7));
    tail.truncate(3);
    assertThat(tail.last()).isEqualTo(3);
    assertThat(tail.isAnother(new Point(3, 1))).isFalse();
    tail.replace(4, entries(2, 4, 4));
    assertThat(behind(3, 1)).containsExactly(new Point(4, 2));
  }

  @Test
  void anEmptyReplacementSaysThatAllBeforeIsDecided() {
    tail.replace(1, entries(1, 1, 4));
    tail.replace(3, List.of());
    assertThat(tail.isAnother(new Point(1, 1))).isTrue();
    assertThat(behind(2, 1)).isEmpty();
  }
}
