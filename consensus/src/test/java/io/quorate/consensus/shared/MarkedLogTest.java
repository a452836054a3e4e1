package io.quorate.consensus.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.InvariantException;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The ring of a [MarkedLog] against a list that does the same naively, after every one of many
/// operations drawn by a seed.
class MarkedLogTest {
  private static final int OPERATIONS = 1_000;
  private static final ReplicaId VOTER = new ReplicaId(1, 1);
  private static final Era NEXT_ERA = Era.first("raft", List.of(VOTER));

  /// What a log is, told in the simplest way: entries are kept with what is before them.
  private static final class Naive {
    final long windowBytes;
    final List<Entry> held = new ArrayList<>();
    Point base;
    long decided;

    /// A stop-sign that left the window: decided, so it stays where it is.
    long forgottenStopSign = Long.MAX_VALUE;

    Naive(Point decided, long windowBytes) {
      this.base = decided;
      this.decided = decided.index();
      this.windowBytes = windowBytes;
    }

    Point last() {
      return held.isEmpty() ? base : held.getLast().point();
    }

    long lastIndex() {
      return last().index();
    }

    List<Entry> range(long from, long to) {
      return held.stream().filter(entry -> entry.index() >= from && entry.index() <= to).toList();
    }

    long stopSign() {
      if (forgottenStopSign != Long.MAX_VALUE) {
        return forgottenStopSign;
      }
      for (var entry : held) {
        if (entry.payload() instanceof Payload.StopSign) {
          return entry.index();
        }
      }
      return Long.MAX_VALUE;
    }

    void truncateFrom(long from) {
      held.removeIf(entry -> entry.index() >= from);
    }

    List<Entry> decideUpTo(long index) {
      long before = decided;
      decided = Math.min(index, stopSign());
      var newly = range(before + 1, decided);
      while (Entry.size(range(0, decided)) > windowBytes) {
        var first = held.removeFirst();
        base = first.point();
        if (first.payload() instanceof Payload.StopSign && forgottenStopSign == Long.MAX_VALUE) {
          forgottenStopSign = first.index();
        }
      }
      return newly;
    }

    void resetTo(Point point) {
      held.clear();
      base = point;
      decided = point.index();
      forgottenStopSign = Long.MAX_VALUE;
    }

    long lastUpToMark(long limit, long mark) {
      long found = base.index();
      for (var entry : held) {
        if (entry.index() <= limit && entry.mark() <= mark) {
          found = Math.max(found, entry.index());
        }
      }
      return found;
    }

    List<Entry> slice(long from, long bytes) {
      var slice = new ArrayList<Entry>();
      for (var entry : range(from, Long.MAX_VALUE)) {
        if (!slice.isEmpty() && Entry.size(slice) + entry.size() > bytes) {
          break;
        }
        slice.add(entry);
      }
      return slice;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 500, 5_000, 50_000})
  void doesWhatAListWouldDo(long windowBytes) {
    for (int seed = 0; seed < 10; seed++) {
      var run = new Run(new Random(seed), windowBytes);
      for (int i = 0; i < OPERATIONS; i++) {
        run.operate();
        run.requireSame("seed %d, operation %d".formatted(seed, i));
      }
    }
  }

  /// Both logs, and what is done to them.
  private static final class Run {
    private final Naive naive;
    private final MarkedLog log;
    private final Random random;
    private long term = 1;
    private boolean ended;

    Run(Random random, long windowBytes) {
      this.random = random;
      var begin = random.nextBoolean() ? Point.ORIGIN : new Point(1 + random.nextInt(200), 1);
      naive = new Naive(begin, windowBytes);
      log = new MarkedLog(begin, windowBytes);
    }

    private long between(long least, long most) {
      return least + random.nextLong(most - least + 1);
    }

    private void operate() {
      switch (random.nextInt(12)) {
        case 0 -> truncate();
        case 1, 2, 3 -> decide();
        case 4 -> {
          if (random.nextInt(20) == 0 || ended) {
            reset();
          }
        }
        case 5 -> refuse();
        case 6 -> {
          // A burst, so that the ring has to grow while it is turned.
          for (int i = random.nextInt(200); i > 0; i--) {
            append();
          }
        }
        default -> append();
      }
    }

    private void append() {
      term += random.nextInt(8) == 0 ? 1 : 0;
      var entry = new Entry(log.lastIndex() + 1, term, payload());
      log.append(entry);
      naive.held.add(entry);
    }

    private Payload payload() {
      int kind = random.nextInt(200);
      if (kind == 0) {
        return new Payload.StopSign(NEXT_ERA);
      }
      return kind < 40
          ? new Payload.NoOp()
          : new Payload.Batch(
              new BatchId(VOTER, 1, random.nextInt()), Bytes.of(new byte[random.nextInt(300)]));
    }

    private void truncate() {
      long from = between(log.decided() + 1, log.lastIndex() + 2);
      log.truncateFrom(from);
      naive.truncateFrom(from);
      // Another leader's entries take their place.
      term++;
    }

    private void decide() {
      long upTo = between(log.decided(), log.lastIndex());
      assertThat(log.decideUpTo(upTo)).isEqualTo(naive.decideUpTo(upTo));
      ended = log.decided() == log.stopSign();
    }

    private void reset() {
      var point = new Point(between(log.decided(), log.lastIndex() + 100), term);
      log.resetTo(point);
      naive.resetTo(point);
      ended = false;
    }

    /// What may not be asked changes nothing.
    private void refuse() {
      refused(() -> log.append(new Entry(log.lastIndex() + 2, term, new Payload.NoOp())));
      refused(() -> log.append(new Entry(log.lastIndex(), term, new Payload.NoOp())));
      refused(() -> log.truncateFrom(log.decided()));
      refused(() -> log.decideUpTo(log.lastIndex() + 1));
      refused(() -> log.decideUpTo(log.decided() - 1));
      refused(() -> log.resetTo(new Point(log.decided() - 1, term)));
      refused(() -> log.entry(log.base().index()));
      refused(() -> log.entry(log.lastIndex() + 1));
    }

    private static void refused(ThrowingCallable call) {
      assertThatThrownBy(call).isInstanceOf(InvariantException.class);
    }

    private void requireSame(String when) {
      assertThat(log.base()).as(when).isEqualTo(naive.base);
      assertThat(log.lastIndex()).as(when).isEqualTo(naive.lastIndex());
      assertThat(log.last()).as(when).isEqualTo(naive.last());
      assertThat(log.decided()).as(when).isEqualTo(naive.decided);
      assertThat(log.stopSign()).as(when).isEqualTo(naive.stopSign());
      assertThat(log.undecidedBytes())
          .as(when)
          .isEqualTo(Entry.size(naive.range(naive.decided + 1, Long.MAX_VALUE)));
      assertThat(log.range(log.base().index() + 1, log.lastIndex())).as(when).isEqualTo(naive.held);
      requireSameAt(between(Math.max(0, log.base().index() - 2), log.lastIndex() + 2), when);
    }

    private void requireSameAt(long index, String when) {
      var there = naive.range(index, index);
      assertThat(log.holds(index)).as(when).isEqualTo(!there.isEmpty());
      for (long mark = term - 2; mark <= term; mark++) {
        var point = new Point(index, mark);
        assertThat(log.matches(point))
            .as(when)
            .isEqualTo(
                point.equals(naive.base)
                    || (!there.isEmpty() && there.getFirst().point().equals(point)));
        assertThat(log.lastUpToMark(index, mark))
            .as(when)
            .isEqualTo(naive.lastUpToMark(index, mark));
      }
      if (there.isEmpty()) {
        return;
      }
      assertThat(log.entry(index)).as(when).isSameAs(there.getFirst());
      assertThat(log.markAt(index)).as(when).isEqualTo(there.getFirst().mark());
      assertThat(log.markAt(log.base().index())).as(when).isEqualTo(naive.base.mark());
      long to = between(index, log.lastIndex());
      assertThat(log.range(index, to)).as(when).isEqualTo(naive.range(index, to));
      long bytes = random.nextInt(2_000);
      assertThat(log.slice(index, bytes)).as(when).isEqualTo(naive.slice(index, bytes));
    }
  }
}
