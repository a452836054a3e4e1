package io.quorate.consensus.shared;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.Entry;
import io.quorate.consensus.InvariantException;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import java.util.ArrayList;
import java.util.List;

/// The part of the log that the machine holds in memory: what is undecided, and a bounded window of
/// what was decided last. Everything decided belongs to the replica.
public final class MarkedLog {
  private final long windowBytes;

  /// The entry before the first that is held.
  private Point base;

  private Entry[] ring = new Entry[64];
  private int head;
  private int size;

  private long decided;
  private long heldDecidedBytes;
  private long undecidedBytes;
  private long stopSign = Long.MAX_VALUE;

  public MarkedLog(Point decided, long windowBytes) {
    this.base = decided;
    this.decided = decided.index();
    this.windowBytes = windowBytes;
  }

  public Point base() {
    return base;
  }

  public long lastIndex() {
    return base.index() + size;
  }

  public Point last() {
    return size == 0 ? base : entry(lastIndex()).point();
  }

  public long decided() {
    return decided;
  }

  public Point decidedPoint() {
    return new Point(decided, markAt(decided));
  }

  /// Where the log's stop-sign stands, decided or not; `Long.MAX_VALUE` where it has none.
  public long stopSign() {
    return stopSign;
  }

  /// Bytes proposed and not yet decided.
  public long undecidedBytes() {
    return undecidedBytes;
  }

  public boolean holds(long index) {
    return index > base.index() && index <= lastIndex();
  }

  public Entry entry(long index) {
    if (!holds(index)) {
      throw new InvariantException(
          "entry %s is not among %s to %s".formatted(index, base.index() + 1, lastIndex()));
    }
    return ring[slot(index)];
  }

  private int slot(long index) {
    return (head + (int) (index - base.index() - 1)) & (ring.length - 1);
  }

  /// Whether the log has this very entry, as far as is known here: also at the base.
  public boolean matches(Point point) {
    return point.equals(base)
        || (holds(point.index()) && entry(point.index()).mark() == point.mark());
  }

  public long markAt(long index) {
    return index == base.index() ? base.mark() : entry(index).mark();
  }

  /// The last held index up to `limit` with a mark of at most `mark`, or the base.
  public long lastUpToMark(long limit, long mark) {
    long index = Math.min(limit, lastIndex());
    while (index > base.index() && entry(index).mark() > mark) {
      index--;
    }
    return Math.max(index, base.index());
  }

  /// Entries from `from` on, at least one, then as many as fit into `bytes`.
  public List<Entry> slice(long from, long bytes) {
    var slice = new ArrayList<Entry>();
    long room = bytes;
    for (long index = from; index <= lastIndex(); index++) {
      var entry = entry(index);
      room -= entry.size();
      if (room < 0 && !slice.isEmpty()) {
        break;
      }
      slice.add(entry);
    }
    return slice;
  }

  public List<Entry> range(long from, long to) {
    var range = new ArrayList<Entry>((int) (to - from + 1));
    for (long index = from; index <= to; index++) {
      range.add(entry(index));
    }
    return range;
  }

  public void append(Entry entry) {
    require(
        entry.index() == lastIndex() + 1,
        "entry %s does not follow %s in the log",
        entry.point(),
        last());
    if (size == ring.length) {
      var larger = new Entry[ring.length * 2];
      for (int i = 0; i < size; i++) {
        larger[i] = ring[(head + i) & (ring.length - 1)];
      }
      ring = larger;
      head = 0;
    }
    size++;
    ring[slot(entry.index())] = entry;
    undecidedBytes += entry.size();
    if (entry.payload() instanceof Payload.StopSign && entry.index() < stopSign) {
      stopSign = entry.index();
    }
  }

  /// Drops everything from `from` on, none of which may be decided (R9, Z10).
  @SuppressWarnings("NullAway") // a freed slot holds null and is never read
  public void truncateFrom(long from) {
    require(from > decided, "truncating from %d, decided up to %d", from, decided);
    while (lastIndex() >= from) {
      int slot = slot(lastIndex());
      undecidedBytes -= ring[slot].size();
      ring[slot] = null;
      size--;
    }
    if (from <= stopSign) {
      stopSign = Long.MAX_VALUE;
    }
  }

  /// Raises the decided index and returns what it newly covers; never beyond a stop-sign.
  public List<Entry> decideUpTo(long index) {
    require(index <= lastIndex(), "deciding %d, last is %d", index, lastIndex());
    require(index >= decided, "deciding %d after %d", index, decided);
    long end = Math.min(index, stopSign);
    var newly = range(decided + 1, end);
    for (var entry : newly) {
      undecidedBytes -= entry.size();
      heldDecidedBytes += entry.size();
    }
    decided = end;
    shrinkWindow();
    return newly;
  }

  /// Starts anew behind a point that is decided and held elsewhere.
  public void resetTo(Point point) {
    require(point.index() >= decided, "log back to %s, decided up to %d", point, decided);
    ring = new Entry[64];
    head = 0;
    size = 0;
    base = point;
    decided = point.index();
    heldDecidedBytes = 0;
    undecidedBytes = 0;
    stopSign = Long.MAX_VALUE;
  }

  @SuppressWarnings("NullAway") // a freed slot holds null and is never read
  private void shrinkWindow() {
    while (heldDecidedBytes > windowBytes && base.index() < decided) {
      var first = ring[head];
      ring[head] = null;
      head = (head + 1) & (ring.length - 1);
      size--;
      heldDecidedBytes -= first.size();
      base = first.point();
    }
  }
}
