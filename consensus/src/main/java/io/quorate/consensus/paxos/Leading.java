package io.quorate.consensus.paxos;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.Effects;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Payload;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Status;
import io.quorate.consensus.shared.Reads;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The distinguished proposer under one ballot, behind its phase 1: phase 2 for every proposal, any
/// number at a time ("Paxos Made Simple" 3), and the learner that counts (2.3). Stays leader only
/// while a quorum answers; hands over when asked.
final class Leading implements Role {
  /// How long a member that nobody waits at may go without hearing how far all is chosen.
  private static final long COMMIT_DELAY = 2_000_000;

  private static final long NONE = Long.MAX_VALUE;

  private final MultiPaxos paxos;
  private final Ballot ballot;
  private final Peers peers;
  private final SlotSet acceptedHere;
  private final Reads reads = new Reads();

  /// Proposed in this step: neither accepted here nor said to anyone yet.
  private List<Entry> fresh = new ArrayList<>();

  private long freshBytes;

  /// The next slot to propose for.
  private long next;

  /// The first slot that no other ballot has a say in. Reads wait for it: then all that an earlier
  /// ballot chose is decided here (P12).
  private long firstOwn;

  /// A stop-sign is proposed: nothing more will be.
  private boolean ending;

  /// The newest ballot check: every message carries it, and its answer says so.
  private long round;

  private long now;
  private long quorumCheckAt;
  private long commitNoticeAt = NONE;

  private @Nullable ReplicaId transferTo;
  private long transferEnds;

  Leading(MultiPaxos paxos, long now) {
    this.paxos = paxos;
    this.ballot = paxos.promised();
    this.now = now;
    this.next = paxos.log.decided() + 1;
    this.acceptedHere = new SlotSet(next - 1);
    this.quorumCheckAt = now + paxos.self.timing().election();
    this.peers = new Peers(paxos, now);
  }

  /// For each open slot the value of the highest ballot that phase 1 told of, for each hole among
  /// them a no-op (P4), and then a no-op of its own. Behind a stop-sign, nothing: it will be
  /// decided (P11).
  void begin(NavigableMap<Long, Proposal> promised) {
    long last = promised.isEmpty() ? 0 : promised.lastKey();
    while (next <= last && !ending) {
      var proposal = promised.get(next);
      var payload = proposal == null ? new Payload.NoOp() : proposal.entry().payload();
      if (paxos.log.isChosen(next)) {
        next++;
        ending = payload instanceof Payload.StopSign;
      } else {
        propose(payload);
      }
    }
    if (!ending) {
      propose(new Payload.NoOp());
    }
    firstOwn = next - 1;
  }

  /// The time of the step that is under way.
  void at(long now) {
    this.now = now;
  }

  Ballot ballot() {
    return ballot;
  }

  private void propose(Payload payload) {
    require(!ending, "slot %d is behind a stop-sign", next);
    var entry = new Entry(next++, 0, payload);
    fresh.add(entry);
    freshBytes += entry.size();
    ending = payload instanceof Payload.StopSign;
  }

  void propose(Payload payload, Effects out) {
    long undecided = paxos.log.undecidedBytes() + freshBytes;
    if (ending) {
      out.refused(payload, Refusal.ENDING);
    } else if (transferTo != null) {
      out.refused(payload, Refusal.TRANSFERRING);
    } else if (undecided > 0 && undecided + payload.size() > paxos.self.limits().undecided()) {
      out.refused(payload, Refusal.FULL);
    } else {
      propose(payload);
    }
  }

  /// A read elsewhere waits for a slot that this ballot has not come to: its phase 1 found nothing
  /// there, so no-ops are as good as anything.
  void fill(long upTo) {
    var noOp = new Payload.NoOp();
    while (next <= upTo
        && !ending
        && transferTo == null
        && paxos.log.undecidedBytes() + freshBytes + noOp.size()
            <= paxos.self.limits().undecided()) {
      propose(noOp);
    }
  }

  void ask(ReadId id, Effects out) {
    if (ending) {
      out.readLost(id);
    } else {
      reads.ask(id);
    }
  }

  /// Whether something is chosen that this ballot has not proposed. Then a higher one has, and what
  /// this ballot's acceptors hold there must not be called chosen.
  boolean contradicts(List<Entry> chosen) {
    long said = fresh.isEmpty() ? next : fresh.getFirst().index();
    for (var entry : chosen) {
      var held = paxos.log.at(entry.index());
      if (entry.index() > paxos.log.decided()
          && (entry.index() >= said || held == null || !held.hasValueOf(entry))) {
        return true;
      }
    }
    return false;
  }

  // Answers

  void accepted(ReplicaId from, PaxosMessage.Accepted answer, Effects out) {
    var runs = proposed(answer.slots());
    if (from.equals(paxos.self.id())) {
      for (var run : runs) {
        for (long slot = run.first(); slot <= run.last(); slot++) {
          acceptedHere.add(slot);
        }
      }
    } else {
      var peer = heard(from, answer.round(), out);
      peer.accepted(now, runs, answer.decided());
      paxos.learner.knowsChosen(now, from, answer.decided(), out);
    }
    choose(runs, out);
  }

  /// Only what was proposed under this ballot and is not decided yet.
  private List<Slots> proposed(List<Slots> told) {
    var runs = new ArrayList<Slots>(told.size());
    for (var run : told) {
      long first = Math.max(run.first(), paxos.log.decided() + 1);
      long last = Math.min(run.last(), next - 1);
      if (first <= last) {
        runs.add(new Slots(first, last));
      }
    }
    return runs;
  }

  /// Of these slots each is chosen that a quorum has accepted under this ballot, in any order (2.2,
  /// P5).
  private void choose(List<Slots> runs, Effects out) {
    var log = paxos.log;
    for (var run : runs) {
      for (long slot = run.first(); slot <= run.last(); slot++) {
        long which = slot;
        if (log.isOpen(slot, ballot) && paxos.quorum.decides(id -> hasAccepted(id, which))) {
          log.choose(slot, ballot);
        }
      }
    }
    long before = log.decided();
    paxos.advance(out);
    if (log.decided() > before) {
      acceptedHere.addUpTo(log.decided());
      peers.decidedUpTo(log.decided());
      peers.tellOrigins(before + 1, out);
      commitNoticeAt = Math.min(commitNoticeAt, now + COMMIT_DELAY);
    }
  }

  private boolean hasAccepted(ReplicaId id, long slot) {
    return id.equals(paxos.self.id())
        ? acceptedHere.contains(slot)
        : peers.get(id).accepted.contains(slot);
  }

  void checked(ReplicaId from, PaxosMessage.Checked answer, Effects out) {
    var peer = heard(from, answer.round(), out);
    peer.accepted(now, List.of(), answer.decided());
    paxos.learner.knowsChosen(now, from, answer.decided(), out);
  }

  private Progress heard(ReplicaId from, long answered, Effects out) {
    var peer = peers.get(from);
    peer.lastHeard = now;
    if (answered > peer.round) {
      peer.round = answered;
      reads.confirm(paxos.quorum, this::followed, out);
    }
    return peer;
  }

  private Predicate<ReplicaId> followed(long which) {
    return id -> id.equals(paxos.self.id()) || peers.get(id).round >= which;
  }

  // Time

  void tick(Effects out) {
    if (now >= quorumCheckAt && !reachesQuorum()) {
      paxos.follow(now, null, out);
      return;
    }
    if (transferTo != null && now >= transferEnds) {
      transferTo = null;
    }
    if (now >= commitNoticeAt) {
      commitNoticeAt = NONE;
      peers.tellChosen(out);
    }
  }

  /// Whether a quorum was heard within an election timeout.
  private boolean reachesQuorum() {
    long election = paxos.self.timing().election();
    long heard = peers.quorumHeard(now);
    quorumCheckAt = heard + election;
    return now - heard < election;
  }

  /// Everything that this step proposed is accepted here in one record, and goes to every voter
  /// that has room for it; the leader's own disk and the others' work at the same time.
  void flush(Effects out) {
    acceptFresh(out);
    if (paxos.log.decided() >= firstOwn && !ending && reads.wantRound()) {
      round++;
      reads.begin(round, paxos.log.decided());
      reads.confirm(paxos.quorum, this::followed, out);
      peers.check(now, round, out);
    }
    peers.flush(now, round, next, out);
  }

  private void acceptFresh(Effects out) {
    if (fresh.isEmpty()) {
      return;
    }
    var entries = List.copyOf(fresh);
    entries.forEach(entry -> paxos.log.accept(ballot, entry));
    fresh.clear();
    freshBytes = 0;
    out.journal(new PaxosRecord.Accepted(ballot, entries));
    out.sendDurably(
        paxos.self.id(),
        new PaxosMessage.Accepted(ballot, round, Slots.of(entries), paxos.log.decided()));
  }

  long nextDeadline() {
    long deadline = Math.min(peers.nextDeadline(), Math.min(quorumCheckAt, commitNoticeAt));
    return transferTo == null ? deadline : Math.min(deadline, transferEnds);
  }

  // Transfer and end

  /// Tells another voter to bid, and proposes nothing until it does or an election timeout has
  /// passed. Whatever the other lacks, its phase 1 brings it.
  void transfer(ReplicaId to, Effects out) {
    if (paxos.era.voters().contains(to) && !to.equals(paxos.self.id())) {
      transferTo = to;
      transferEnds = now + paxos.self.timing().election();
      out.send(to, new PaxosMessage.TakeOver(ballot));
    }
  }

  /// Nothing that this leadership has not accepted itself ever happened.
  void end(Effects out) {
    for (var entry : fresh) {
      if (!(entry.payload() instanceof Payload.NoOp)) {
        out.refused(entry.payload(), Refusal.NOT_LEADER);
      }
    }
    fresh = List.of();
    reads.loseAll(out);
  }

  String phase() {
    if (transferTo != null) {
      return "handing over ballot " + ballot;
    }
    return (paxos.log.decided() < firstOwn ? "taking over with ballot " : "ballot ") + ballot;
  }

  List<Status.Peer> peers() {
    return peers.status(now);
  }
}
