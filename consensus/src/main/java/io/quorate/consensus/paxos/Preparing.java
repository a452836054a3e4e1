package io.quorate.consensus.paxos;

import io.quorate.consensus.Effects;
import io.quorate.consensus.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Phase 1 of a bid, once for all slots ("Paxos Made Simple" 3).
///
/// Each promise tells of a run of slots, and the next run is asked for behind it, so repeats,
/// losses and reordering do no harm: a run is taken only if it begins at or before what is covered.
final class Preparing implements Role {
  private final MultiPaxos paxos;
  private final Ballot ballot;
  private final @Nullable ReplicaId suspected;
  private final boolean transfer;
  private final long first;

  /// What an acceptor has told so far.
  private static final class Told {
    final List<Proposal> proposals = new ArrayList<>();

    /// All slots before this one are covered.
    long next;

    Told(long first) {
      this.next = first;
    }
  }

  private final Map<ReplicaId, Told> told = new TreeMap<>();
  private final Set<ReplicaId> complete = new TreeSet<>();

  /// Of each slot the proposal with the highest ballot, among those who have told all (P4).
  private final TreeMap<Long, Proposal> proposals = new TreeMap<>();

  /// No value is at hand for slots up to here, but all are decided: this member catches up before
  /// it leads (P8).
  private long compactedUpTo;

  private long askAgainAt;

  /// @param suspected the leader that it wants to replace, if not because of silence
  /// @param transfer whether that leader asked for it
  Preparing(MultiPaxos paxos, @Nullable ReplicaId suspected, boolean transfer, long now) {
    this.paxos = paxos;
    this.ballot = paxos.promised();
    this.suspected = suspected;
    this.transfer = transfer;
    this.first = paxos.log.decided() + 1;
    this.askAgainAt = now + paxos.self.timing().heartbeat();
  }

  @Nullable ReplicaId suspected() {
    return suspected;
  }

  Ballot ballot() {
    return ballot;
  }

  long nextDeadline() {
    return askAgainAt;
  }

  void begin(Effects out) {
    paxos.era.voters().forEach(voter -> prepare(voter, out));
  }

  private Told told(ReplicaId acceptor) {
    return told.computeIfAbsent(acceptor, a -> new Told(first));
  }

  private void prepare(ReplicaId acceptor, Effects out) {
    long from = told(acceptor).next;
    if (acceptor.equals(paxos.self.id())) {
      paxos.acceptor.answer(acceptor, from, out);
    } else {
      out.send(acceptor, new PaxosMessage.Prepare(ballot, from, transfer));
    }
  }

  /// Whether enough promises are here, but not all that is decided.
  boolean isCatchingUp() {
    return paxos.quorum.elects(complete::contains) && compactedUpTo > paxos.log.decided();
  }

  /// Asks those again whose answers may be lost.
  void tick(long now, Effects out) {
    if (now >= askAgainAt) {
      askAgainAt = now + paxos.self.timing().heartbeat();
      for (var voter : paxos.era.voters()) {
        if (!complete.contains(voter) && !voter.equals(paxos.self.id())) {
          prepare(voter, out);
        }
      }
    }
  }

  void promised(long now, ReplicaId from, PaxosMessage.Promise promise, Effects out) {
    var its = told(from);
    if (!promise.ballot().equals(ballot)
        || promise.from() > its.next
        || promise.next() <= its.next) {
      return;
    }
    if (promise.compactedUpTo() > Math.max(compactedUpTo, paxos.log.decided())) {
      compactedUpTo = promise.compactedUpTo();
      out.behind(from, compactedUpTo);
    }
    its.proposals.addAll(promise.proposals());
    its.next = promise.next();
    if (promise.next() != PaxosMessage.Promise.END) {
      paxos.bidding.restartTimer(now);
      prepare(from, out);
      return;
    }
    complete.add(from);
    for (var proposal : its.proposals) {
      proposals.merge(proposal.entry().index(), proposal, Preparing::higher);
    }
    leadIfPrepared(now, out);
  }

  /// Leads once a quorum has promised and all that it cannot tell of is held here.
  void leadIfPrepared(long now, Effects out) {
    if (paxos.quorum.elects(complete::contains) && !isCatchingUp()) {
      paxos.lead(now, proposals, out);
    }
  }

  private static Proposal higher(Proposal one, Proposal other) {
    return one.ballot().isBelow(other.ballot()) ? other : one;
  }
}
