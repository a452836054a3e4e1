package io.quorate.consensus.paxos;

import io.quorate.consensus.Effects;
import io.quorate.consensus.Entry;
import io.quorate.consensus.ReplicaId;
import java.util.ArrayList;
import java.util.List;

/// A learner's part: finds out what is chosen ("Paxos Made Simple" 2.3), and executes in the order
/// of the slots.
///
/// The leader is the distinguished learner: it counts. The others hear from it how far all is
/// chosen, and under which ballot; a slot counts iff it was accepted here under that very ballot
/// (P6), else its value is asked for.
final class Learner {
  private static final long NEVER = Long.MIN_VALUE;

  private final MultiPaxos paxos;

  /// The newest commit: what this ballot put into a slot up to there is chosen.
  private Ballot ballot = Ballot.NONE;

  private long upTo;

  /// Up to here the log was compared with the commit.
  private long compared;

  /// All up to here is chosen, as somebody said.
  private long known;

  private long askedFrom;
  private long askedAt = NEVER;

  Learner(MultiPaxos paxos) {
    this.paxos = paxos;
  }

  /// A leader tells how far all is chosen.
  void commit(long now, ReplicaId from, Ballot newest, long chosenUpTo, Effects out) {
    if (!newest.equals(ballot)) {
      ballot = newest;
      upTo = 0;
      compared = paxos.log.decided();
    }
    upTo = Math.max(upTo, chosenUpTo);
    paxos.log.chooseAll(Math.max(compared, paxos.log.decided()) + 1, upTo, ballot);
    compared = Math.max(compared, upTo);
    paxos.advance(out);
    knowsChosen(now, from, chosenUpTo, out);
  }

  /// Something new was accepted from this slot on.
  void accepted(long slot) {
    compared = Math.min(compared, slot - 1);
  }

  /// A member has all up to here: whoever lacks some of it asks.
  void knowsChosen(long now, ReplicaId from, long chosenUpTo, Effects out) {
    known = Math.max(known, chosenUpTo);
    ask(now, from, out);
  }

  /// Asks for what is missing first, once a heartbeat.
  private void ask(long now, ReplicaId from, Effects out) {
    var log = paxos.log;
    long first = log.decided() + 1;
    boolean asked =
        askedAt != NEVER && askedFrom == first && now - askedAt < paxos.self.timing().heartbeat();
    if (first > known || asked || log.ended()) {
      return;
    }
    askedAt = now;
    askedFrom = first;
    out.send(from, new PaxosMessage.Learn(first, Math.min(known, log.firstChosen() - 1)));
  }

  void learn(ReplicaId from, PaxosMessage.Learn learn, Effects out) {
    var log = paxos.log;
    if (learn.from() > log.decided()) {
      return;
    }
    if (learn.from() <= log.base()) {
      out.send(from, new PaxosMessage.Behind(log.decided()));
      return;
    }
    var entries = new ArrayList<Entry>();
    long room = paxos.self.limits().message();
    for (var proposal : log.from(learn.from()).values()) {
      var entry = proposal.entry();
      room -= entry.size();
      if (entry.index() > Math.min(learn.to(), log.decided()) || (room < 0 && !entries.isEmpty())) {
        break;
      }
      entries.add(entry);
    }
    if (!entries.isEmpty()) {
      out.send(from, new PaxosMessage.Learnt(entries));
    }
  }

  void learnt(long now, ReplicaId from, List<Entry> entries, Effects out) {
    learn(entries, out);
    paxos.advance(out);
    knowsChosen(now, from, entries.getLast().index(), out);
  }

  /// Takes over chosen values. What stands here already, under whatever ballot, is in the journal.
  void learn(List<Entry> entries, Effects out) {
    var log = paxos.log;
    var fresh = new ArrayList<Entry>();
    for (var entry : entries) {
      var held = log.at(entry.index());
      log.learn(entry);
      if (entry.index() > log.decided() && (held == null || !held.hasValueOf(entry))) {
        fresh.add(entry);
      }
    }
    if (!fresh.isEmpty()) {
      out.journal(new PaxosRecord.Learnt(List.copyOf(fresh)));
    }
  }

  void behind(ReplicaId from, long decided, Effects out) {
    if (decided > paxos.log.decided()) {
      out.behind(from, decided);
    }
  }

  /// The replica holds everything up to a point, durably, by other means: these slots are dropped.
  void caughtUp(long point, Effects out) {
    if (point > paxos.log.decided()) {
      paxos.log.resetTo(point);
      paxos.advance(out);
    }
  }
}
