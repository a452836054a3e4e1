package io.quorate.simulation.raft;

import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.raft.RaftRecord;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a sequence of a member's records says, folded by the checkers themselves.
final class RaftFold {
  /// An entry as far as checkers care: its term, and a hash of what it carries.
  record Held(long mark, long hash) {}

  long term;
  @Nullable ReplicaId vote;
  final TreeMap<Long, Held> log = new TreeMap<>();

  /// Everything up to here is decided and held by the replica, whatever the log says.
  Point decidedHeld = Point.ORIGIN;

  static Held held(Entry entry) {
    return new Held(entry.mark(), hash(entry.payload()));
  }

  /// FNV-1a over the payload's bytes.
  static long hash(Payload payload) {
    var bytes = Payload.CODEC.encode(payload);
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < bytes.length(); i++) {
      hash = (hash ^ (bytes.at(i) & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  void apply(JournalRecord record) {
    switch ((RaftRecord) record) {
      case RaftRecord.Hard(long newTerm, @Nullable ReplicaId newVote) -> {
        term = newTerm;
        vote = newVote;
      }
      case RaftRecord.Log(long from, var entries) -> {
        log.tailMap(from, true).clear();
        for (var entry : entries) {
          log.put(entry.index(), held(entry));
        }
      }
    }
  }

  /// The replica got decided entries by itself: they hold whatever the machine's records said.
  void learn(List<Entry> entries) {
    catchUp(entries.getLast().point());
    for (var entry : entries) {
      log.put(entry.index(), held(entry));
      hold(entry.point());
    }
  }

  void hold(Point point) {
    if (point.index() > decidedHeld.index()) {
      decidedHeld = point;
    }
  }

  /// The machine is told that everything up to a point is decided: what follows it stays only if
  /// the log has that very entry.
  void catchUp(Point point) {
    if (point.index() <= decidedHeld.index()) {
      return;
    }
    var there = log.get(point.index());
    if (there == null || there.mark() != point.mark()) {
      log.tailMap(point.index(), false).clear();
    }
    hold(point);
  }

  long lastIndex() {
    return Math.max(log.isEmpty() ? 0 : log.lastKey(), decidedHeld.index());
  }

  Point last() {
    if (log.isEmpty() || log.lastKey() < decidedHeld.index()) {
      return decidedHeld;
    }
    return new Point(log.lastKey(), log.lastEntry().getValue().mark());
  }

  boolean holds(long index, Held entry) {
    return index <= decidedHeld.index() || entry.equals(log.get(index));
  }

  RaftFold copy() {
    var copy = new RaftFold();
    copy.term = term;
    copy.vote = vote;
    copy.log.putAll(log);
    copy.decidedHeld = decidedHeld;
    return copy;
  }
}
