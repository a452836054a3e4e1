package io.quorate.simulation.zab;

import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Point;
import io.quorate.consensus.zab.ZabRecord;
import io.quorate.simulation.consensus.Fold;
import java.util.List;
import java.util.TreeMap;

/// A member's epochs and history, as its records tell them.
final class ZabFold extends Fold<ZabFold> {
  long accepted;
  long current;
  final TreeMap<Long, Held> log = new TreeMap<>();

  @Override
  public void apply(JournalRecord record) {
    switch ((ZabRecord) record) {
      case ZabRecord.Promised(long newAccepted, long newCurrent) -> {
        accepted = newAccepted;
        current = newCurrent;
      }
      case ZabRecord.History(long from, var entries) -> {
        log.tailMap(from, true).clear();
        for (var entry : entries) {
          log.put(entry.index(), Held.of(entry));
        }
      }
      case ZabRecord.Truncated(long last) -> log.tailMap(last, false).clear();
    }
  }

  @Override
  public void learn(List<Entry> entries) {
    catchUp(entries.getLast().point());
    for (var entry : entries) {
      log.put(entry.index(), Held.of(entry));
      hold(entry.point());
    }
  }

  /// What follows the point stays only if the log has that very entry.
  @Override
  public void catchUp(Point point) {
    if (point.index() <= decidedHeld().index()) {
      return;
    }
    var there = log.get(point.index());
    if (there == null || there.mark() != point.mark()) {
      log.tailMap(point.index(), false).clear();
    }
    hold(point);
  }

  /// A machine begins: whoever finds an entry of an epoch has that epoch's initial history.
  void begin() {
    long epoch = last().mark();
    accepted = Math.max(accepted, epoch);
    current = Math.max(current, epoch);
  }

  long lastIndex() {
    return Math.max(log.isEmpty() ? 0 : log.lastKey(), decidedHeld().index());
  }

  Point last() {
    if (log.isEmpty() || log.lastKey() <= decidedHeld().index()) {
      return decidedHeld();
    }
    return new Point(log.lastKey(), log.lastEntry().getValue().mark());
  }

  /// Whether the history has this very entry.
  boolean holds(Point point) {
    var there = log.get(point.index());
    return point.index() <= decidedHeld().index()
        || (there != null && there.mark() == point.mark());
  }

  @Override
  public boolean holds(long index, Held entry) {
    return index <= decidedHeld().index() || entry.equals(log.get(index));
  }

  @Override
  public ZabFold copy() {
    var copy = new ZabFold();
    copy.accepted = accepted;
    copy.current = current;
    copy.log.putAll(log);
    copy.hold(decidedHeld());
    return copy;
  }
}
