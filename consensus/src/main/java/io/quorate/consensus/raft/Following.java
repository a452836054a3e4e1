package io.quorate.consensus.raft;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.Effects;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import java.util.List;

/// A follower's part: takes what the leader of its term sends (thesis 3.5).
final class Following {
  private final Raft raft;

  /// How far the log is known to be that of the present term's leader. Only up to here may it be
  /// decided, whatever the leader says (R8).
  private long verified;

  Following(Raft raft) {
    this.raft = raft;
    this.verified = raft.log.decided();
  }

  void newTerm() {
    verified = raft.log.decided();
  }

  void append(long now, ReplicaId from, RaftMessage.Append append, Effects out) {
    heard(now, from, out);
    var log = raft.log;
    var previous = append.previous();
    // What is decided here the leader has too (R6), wherever its message begins.
    if (previous.index() > log.decided() && !log.matches(previous)) {
      long hint = Math.min(previous.index() - 1, log.lastIndex());
      hint = Math.max(log.lastUpToMark(hint, previous.mark()), log.decided());
      out.send(
          from,
          new RaftMessage.Conflict(
              raft.term(), append.round(), previous.index(), new Point(hint, log.markAt(hint))));
      return;
    }
    store(append.entries(), out);
    verified =
        Math.max(verified, Math.max(previous.index() + append.entries().size(), log.decided()));
    decideUpTo(append.decided(), out);
    long matched = Math.max(previous.index() + append.entries().size(), log.decided());
    out.sendDurably(from, new RaftMessage.Appended(raft.term(), append.round(), matched));
  }

  /// Keeps what the log already has, and replaces it from the first entry that differs. A duplicate
  /// or an old message therefore never removes anything (thesis 3.5, step 3 of AppendEntries).
  private void store(List<Entry> entries, Effects out) {
    var log = raft.log;
    for (int i = 0; i < entries.size(); i++) {
      var entry = entries.get(i);
      if (entry.index() <= log.decided() || log.matches(entry.point())) {
        continue;
      }
      if (log.holds(entry.index())) {
        log.truncateFrom(entry.index());
      }
      var fresh = List.copyOf(entries.subList(i, entries.size()));
      fresh.forEach(log::append);
      out.journal(new RaftRecord.Log(entry.index(), fresh));
      return;
    }
  }

  private void decideUpTo(long leaderDecided, Effects out) {
    long upTo = Math.min(leaderDecided, verified);
    if (upTo > raft.log.decided()) {
      raft.decideUpTo(upTo, out);
    }
  }

  void decide(long now, ReplicaId from, RaftMessage.Decide decide, Effects out) {
    heard(now, from, out);
    decideUpTo(decide.upTo(), out);
  }

  void confirm(long now, ReplicaId from, RaftMessage.Confirm confirm, Effects out) {
    heard(now, from, out);
    out.send(from, new RaftMessage.Confirmed(raft.term(), confirm.round()));
  }

  void behind(long now, ReplicaId from, RaftMessage.Behind behind, Effects out) {
    heard(now, from, out);
    long decided = raft.log.decided();
    if (behind.decided() > decided) {
      out.behind(from, behind.decided());
    }
    out.send(from, new RaftMessage.Position(raft.term(), behind.round(), decided));
  }

  /// As an installed snapshot (thesis 5.1, figure 5.3): what follows the point stays if the log has
  /// the point, else the whole log goes (R15). An entry of a later term tells of that term.
  ///
  /// A leader has everything that is decided in its log (R6), so it may have been told what it had
  /// asked for as a follower.
  void caughtUp(long now, Point point, Effects out) {
    var log = raft.log;
    if (point.mark() > raft.term()) {
      raft.follow(now, point.mark(), null, out);
    }
    if (point.index() <= log.decided()) {
      return;
    }
    if (log.matches(point)) {
      log.decideUpTo(point.index());
    } else {
      require(!(raft.role() instanceof Leading), "a leader lacks %s, which is decided", point);
      boolean dropped = log.lastIndex() > log.decided();
      log.resetTo(point);
      if (dropped) {
        out.journal(new RaftRecord.Log(point.index() + 1, List.of()));
      }
    }
    verified = Math.max(verified, point.index());
  }

  private void heard(long now, ReplicaId from, Effects out) {
    require(
        !(raft.role() instanceof Leading),
        "%s also leads term %d, which is led from here",
        from,
        raft.term());
    var leader = raft.leader();
    require(
        leader == null || leader.equals(from),
        "%s and %s both lead term %d",
        leader,
        from,
        raft.term());
    if (leader == null) {
      raft.follow(now, raft.term(), from, out);
    }
    raft.heardLeader(now, from);
  }
}
