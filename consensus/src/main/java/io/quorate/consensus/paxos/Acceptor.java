package io.quorate.consensus.paxos;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.Effects;
import io.quorate.consensus.Entry;
import io.quorate.consensus.ReplicaId;
import java.util.ArrayList;
import java.util.List;

/// An acceptor's part: promises and accepts ("Paxos Made Simple" 2.2).
///
/// It accepts a proposal iff it has promised no higher ballot, and never falls below a ballot that
/// it accepted or promised (P2). What it accepted it keeps until it holds what was chosen (P9). For
/// a slot whose value it knows to be chosen it journals nothing more, so the latest record of a
/// slot always holds the chosen value: the same value it has accepted as good as under any ballot,
/// for no other can ever be chosen there, and beside that it tells how far all is decided.
final class Acceptor {
  private final MultiPaxos paxos;
  private Ballot promised;

  Acceptor(MultiPaxos paxos, Ballot promised) {
    this.paxos = paxos;
    this.promised = promised;
  }

  Ballot promised() {
    return promised;
  }

  /// Promises a ballot; nothing leaves before that is durable.
  void promise(Ballot ballot, Effects out) {
    require(promised.isBelow(ballot), "ballot %s promised after %s", ballot, promised);
    promised = ballot;
    out.journal(new PaxosRecord.Promised(ballot));
  }

  /// Phase 1. A bid that would disturb a leader who is heard here gets no answer.
  void prepare(long now, ReplicaId from, PaxosMessage.Prepare prepare, Effects out) {
    if (prepare.ballot().isBelow(promised)) {
      out.send(from, new PaxosMessage.Outdated(promised));
      return;
    }
    if (promised.isBelow(prepare.ballot())) {
      if (paxos.bidding.leaderIsAlive(now) && !prepare.transfer()) {
        return;
      }
      paxos.follow(now, null, out);
      promise(prepare.ballot(), out);
    }
    answer(from, prepare.from(), out);
  }

  /// 1b, in messages of bounded size: each tells of the slots from one on, as many as it can, and
  /// where to ask next. Nothing is remembered between them: under the promise, what is told of a
  /// slot can only be followed by what is chosen there.
  void answer(ReplicaId to, long from, Effects out) {
    var log = paxos.log;
    var proposals = new ArrayList<Proposal>();
    long room = paxos.self.limits().message();
    long next = PaxosMessage.Promise.END;
    for (var proposal : log.from(Math.max(from, log.base() + 1)).values()) {
      room -= proposal.entry().size();
      if (room < 0 && !proposals.isEmpty()) {
        next = proposal.entry().index();
        break;
      }
      proposals.add(proposal);
    }
    out.sendDurably(to, new PaxosMessage.Promise(promised, from, log.base(), proposals, next));
  }

  /// Phase 2, of a ballot that is promised.
  void accept(ReplicaId leader, PaxosMessage.Accept accept, Effects out) {
    require(
        accept.ballot().equals(promised), "%s accepted, %s promised", accept.ballot(), promised);
    var log = paxos.log;
    var fresh = new ArrayList<Entry>();
    var accepted = new ArrayList<Entry>();
    for (var entry : accept.entries()) {
      if (log.isOpen(entry.index(), promised) || log.isChosenAs(entry)) {
        accepted.add(entry);
      } else if (!log.isChosen(entry.index()) && hasRoom(entry)) {
        log.accept(promised, entry);
        fresh.add(entry);
        accepted.add(entry);
      }
    }
    if (!fresh.isEmpty()) {
      out.journal(new PaxosRecord.Accepted(promised, List.copyOf(fresh)));
      paxos.learner.accepted(fresh.getFirst().index());
    }
    out.sendDurably(
        leader,
        new PaxosMessage.Accepted(promised, accept.round(), Slots.of(accepted), log.decided()));
  }

  /// Whoever catches up accepts meanwhile, but not without bound: what it lets go by it learns
  /// later. A leader leaves twice as much room as it may fill.
  private boolean hasRoom(Entry entry) {
    return paxos.log.undecidedBytes() + entry.size() <= 2 * paxos.self.limits().undecided()
        || entry.index() == paxos.log.decided() + 1;
  }
}
