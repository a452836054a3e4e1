package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.consensus.Entry;
import io.quorate.consensus.InvariantException;
import io.quorate.consensus.Payload;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Where each kept entry stands, held against a map.
class EntryIndexTest {
  private final EntryIndex index = new EntryIndex();

  private static List<Entry> entries(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(each -> new Entry(each, 1, new Payload.NoOp()))
        .toList();
  }

  @Test
  void anEmptyIndexHoldsNothing() {
    assertThat(index.first()).isEqualTo(index.last() + 1);
    assertThat(index.holds(0)).isFalse();
    assertThat(index.holds(1)).isFalse();
    assertThatThrownBy(() -> index.frameOf(1)).isInstanceOf(InvariantException.class);
  }

  @Test
  void theLatestRecordCounts() {
    index.put(entries(5, 9), 1);
    index.put(entries(8, 8), 2);
    assertThat(index.frameOf(7)).isEqualTo(1);
    assertThat(index.frameOf(8)).isEqualTo(2);
    assertThat(index.frameOf(9)).isEqualTo(1);
    assertThat(index.first()).isEqualTo(5);
    assertThat(index.last()).isEqualTo(9);
  }

  @Test
  void aHoleIsFilledLater() {
    index.put(entries(10, 10), 1);
    index.put(entries(5, 5), 1);
    assertThat(index.holds(7)).isFalse();
    index.put(entries(6, 9), 1);
    assertThat(LongStream.rangeClosed(5, 10)).allMatch(index::holds);
  }

  @Test
  void theOldestFrameNeedNotHoldTheFirstEntry() {
    assertThat(index.oldestFrame()).isEqualTo(Long.MAX_VALUE);
    index.put(entries(7, 9), 3);
    index.put(entries(5, 5), 8);
    assertThat(index.oldestFrame()).isEqualTo(3);
    index.trimTo(9);
    assertThat(index.oldestFrame()).isEqualTo(3);
    index.trimTo(10);
    assertThat(index.oldestFrame()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whatIsForgottenNeverComesBack() {
    index.put(entries(1, 10), 1);
    index.trimTo(5);
    index.put(entries(3, 6), 2);
    assertThat(index.holds(4)).isFalse();
    assertThat(index.frameOf(5)).isEqualTo(2);
    index.trimTo(3);
    assertThat(index.first()).isEqualTo(5);
    index.trimTo(100);
    assertThat(index.first()).isEqualTo(100);
    assertThat(index.last()).isEqualTo(99);
  }

  @Test
  void doesWhatAMapWouldDo() {
    for (int seed = 0; seed < 20; seed++) {
      var random = new Random(seed);
      var ring = new EntryIndex();
      var frames = new TreeMap<Long, Long>();
      long floor = 1;
      long newest = 0;
      for (long frame = 1; frame <= 1_000; frame++) {
        if (random.nextInt(4) == 0) {
          floor = Math.max(floor, newest - random.nextInt(3_000) + 100);
          ring.trimTo(floor);
          frames.headMap(floor).clear();
        } else {
          long from = Math.max(1, newest + 1 + random.nextInt(40) - 20);
          long to = from + random.nextInt(random.nextInt(20) == 0 ? 3_000 : 30);
          ring.put(entries(from, to), frame);
          for (long each = Math.max(from, floor); each <= to; each++) {
            frames.put(each, frame);
          }
          newest = Math.max(newest, to);
        }
        requireSame(ring, frames, floor, "seed %d, frame %d".formatted(seed, frame));
      }
    }
  }

  private static void requireSame(
      EntryIndex ring, SortedMap<Long, Long> frames, long floor, String when) {
    if (frames.isEmpty()) {
      assertThat(ring.first()).as(when).isEqualTo(ring.last() + 1);
    } else {
      assertThat(ring.last()).as(when).isEqualTo(frames.lastKey());
      assertThat(ring.first()).as(when).isBetween(floor, frames.firstKey());
    }
    for (long each = Math.max(1, floor - 50); each <= ring.last() + 50; each++) {
      var frame = frames.get(each);
      if (ring.holds(each) != (frame != null) || (frame != null && ring.frameOf(each) != frame)) {
        throw new AssertionError("%s: entry %d is not in frame %s".formatted(when, each, frame));
      }
    }
  }
}
