package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A batch takes effect once.
class BatchWindowsTest {
  private static final ReplicaId ORIGIN = new ReplicaId(1, 1);
  private static final int SIZE = BatchWindows.SIZE;

  private BatchWindows windows = new BatchWindows();

  private static BatchId id(long incarnation, long number) {
    return new BatchId(ORIGIN, incarnation, number);
  }

  private static BatchWindows again(BatchWindows windows) {
    try {
      return BatchWindows.CODEC.decode(BatchWindows.CODEC.encode(windows));
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aBatchTakesEffectOnce() {
    assertThat(windows.admits(id(1, 5))).isTrue();
    windows.add(id(1, 5));
    assertThat(windows.admits(id(1, 5))).isFalse();
    assertThat(windows.admits(id(1, 4))).isTrue();
    assertThat(windows.admits(id(1, 6))).isTrue();
    assertThat(windows.admits(new BatchId(new ReplicaId(1, 2), 1, 5))).isTrue();
    assertThat(windows.admits(new BatchId(new ReplicaId(2, 1), 1, 5))).isTrue();
  }

  @Test
  void aLaterLifeBeginsAnewAndEndsTheEarlierOne() {
    windows.add(id(2, 5));
    assertThat(windows.admits(id(1, 6))).isFalse();
    assertThat(windows.admits(id(3, 5))).isTrue();
    windows.add(id(3, 5));
    assertThat(windows.admits(id(2, 6))).isFalse();
    assertThat(windows.admits(id(3, 1))).isTrue();
  }

  @Test
  void whatIsTooFarBehindTheNewestNoLongerTakesEffect() {
    windows.add(id(1, SIZE + 10));
    assertThat(windows.admits(id(1, 11))).isTrue();
    assertThat(windows.admits(id(1, 10))).isFalse();
    windows.add(id(1, SIZE + 11));
    assertThat(windows.admits(id(1, 11))).isFalse();
  }

  @Test
  void whatCameInOrderTakesNoRoom() {
    for (int number = 1; number <= 3 * SIZE; number++) {
      windows.add(id(1, number));
    }
    assertThat(BatchWindows.CODEC.encode(windows).length()).isLessThan(20);
  }

  /// Every number that ever took effect.
  private static final class Naive {
    final Map<ReplicaId, Long> incarnations = new HashMap<>();
    final Map<ReplicaId, Long> newest = new HashMap<>();
    final Set<BatchId> added = new HashSet<>();

    boolean admits(BatchId id) {
      long incarnation = incarnations.getOrDefault(id.origin(), 0L);
      return id.incarnation() > incarnation
          || (id.incarnation() == incarnation
              && id.number() > newest.getOrDefault(id.origin(), 0L) - SIZE
              && !added.contains(id));
    }

    void add(BatchId id) {
      boolean later = id.incarnation() > incarnations.getOrDefault(id.origin(), 0L);
      incarnations.put(id.origin(), id.incarnation());
      newest.merge(id.origin(), id.number(), later ? (old, now) -> now : Math::max);
      added.add(id);
    }
  }

  @Test
  void admitsWhatASetOfAllWouldAdmit() {
    for (int seed = 0; seed < 8; seed++) {
      var random = new Random(seed);
      var naive = new Naive();
      windows = new BatchWindows();
      var next = new HashMap<ReplicaId, Long>();
      long incarnation = 1;
      for (int i = 0; i < 30_000; i++) {
        var origin = new ReplicaId(random.nextInt(2) - 1, 1 + random.nextInt(2));
        if (random.nextInt(5_000) == 0) {
          incarnation++;
          next.clear();
        }
        long number = number(random, next.getOrDefault(origin, 1L));
        var id = new BatchId(origin, Math.max(1, incarnation - random.nextInt(50) / 49), number);
        assertThat(windows.admits(id)).as("seed %d: %s", seed, id).isEqualTo(naive.admits(id));
        if (windows.admits(id)) {
          windows.add(id);
          naive.add(id);
          next.merge(origin, number + 1, Math::max);
        }
        if (random.nextInt(300) == 0) {
          var read = again(windows);
          assertThat(BatchWindows.CODEC.encode(read)).isEqualTo(BatchWindows.CODEC.encode(windows));
          windows = read;
        }
      }
    }
  }

  /// Mostly the next number; else a little ahead, repeated, around the edge of the window, or far
  /// ahead.
  private static long number(Random random, long next) {
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> next + random.nextInt(40);
      case 3, 4, 5 -> Math.max(1, next - random.nextInt(60));
      case 6 -> Math.max(1, next - SIZE + random.nextInt(5) - 2);
      case 7 -> random.nextInt(100) == 0 ? next + random.nextInt(2 * SIZE) : next;
      default -> next;
    };
  }

  @Test
  void anyOtherBytesAreRefusedOrReadTheSameAgain() {
    windows.add(id(3, 7));
    windows.add(id(3, 9));
    windows.add(new BatchId(new ReplicaId(-1, 4), 1, 300));
    var whole = BatchWindows.CODEC.encode(windows).toArray();
    var random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      var bytes = whole.clone();
      for (int j = 1 + random.nextInt(3); j > 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        var read = BatchWindows.CODEC.decode(Bytes.of(bytes, 0, bytes.length - random.nextInt(2)));
        if (read.admits(id(3, 10))) {
          read.add(id(3, 10));
        }
        again(read);
      } catch (MalformedException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void aNumberThatRunsOverIsRefused() {
    var out = new WireWriter();
    out.varint(1);
    ReplicaId.CODEC.write(ORIGIN, out);
    for (long each : List.of(1L, Long.MAX_VALUE, 1L, 1L)) {
      out.varint(each);
    }
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> BatchWindows.CODEC.decode(out.toBytes()))
        .isInstanceOf(MalformedException.class)
        .hasMessage("a batch number above 2^63");
  }
}
