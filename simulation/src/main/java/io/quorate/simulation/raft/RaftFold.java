package io.quorate.simulation.raft;

import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.raft.RaftRecord;
import io.quorate.simulation.consensus.Fold;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A member's term, vote and log, as its records tell them.
final class RaftFold extends Fold<RaftFold> {
  long term;
  @Nullable ReplicaId vote;
  final TreeMap<Long, Held> log = new TreeMap<>();

  @Override
  public void apply(JournalRecord record) {
    switch ((RaftRecord) record) {
      case RaftRecord.Hard(long newTerm, @Nullable ReplicaId newVote) -> {
        term = newTerm;
        vote = newVote;
      }
      case RaftRecord.Log(long from, var entries) -> {
        log.tailMap(from, true).clear();
        for (var entry : entries) {
          log.put(entry.index(), Held.of(entry));
        }
      }
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

  long lastIndex() {
    return Math.max(log.isEmpty() ? 0 : log.lastKey(), decidedHeld().index());
  }

  Point last() {
    if (log.isEmpty() || log.lastKey() < decidedHeld().index()) {
      return decidedHeld();
    }
    return new Point(log.lastKey(), log.lastEntry().getValue().mark());
  }

  @Override
  public boolean holds(long index, Held entry) {
    return index <= decidedHeld().index() || entry.equals(log.get(index));
  }

  @Override
  public RaftFold copy() {
    var copy = new RaftFold();
    copy.term = term;
    copy.vote = vote;
    copy.log.putAll(log);
    copy.hold(decidedHeld());
    return copy;
  }
}
