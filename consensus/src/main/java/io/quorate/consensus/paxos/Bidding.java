package io.quorate.consensus.paxos;

import io.quorate.consensus.Effects;
import io.quorate.consensus.Input.Suspicion;
import io.quorate.consensus.ReplicaId;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// When to become the distinguished proposer ("Paxos Made Simple" 2.4), and whom to let.
///
/// Two proposers who outbid each other make no progress, and a member that merely hears badly would
/// depose a leader that all others hear. So a member bids only if it has heard no leader for a time
/// drawn anew each time, *and* enough members for a phase 1 say that they hear none either. A
/// leader without a quorum of answers steps down, so where anyone is connected to a quorum, that
/// one comes to lead; its log does not matter.
final class Bidding {
  /// How long a member waits before it acts on a suspicion, for each voter that goes before it.
  private static final long RANK_DELAY = 10_000_000;

  private static final long NEVER = Long.MIN_VALUE;

  private final MultiPaxos paxos;
  private final Set<ReplicaId> suspects = new TreeSet<>();

  /// The highest ballot that anybody spoke of; a hint.
  private Ballot seen = Ballot.NONE;

  private boolean awake;
  private long deadline;
  private long leaderHeard = NEVER;
  private long attempts;

  Bidding(MultiPaxos paxos) {
    this.paxos = paxos;
  }

  /// The first step of this life: nobody leads as far as is known, and a question disturbs nobody,
  /// so ask soon.
  void wake(long now) {
    if (!awake) {
      awake = true;
      deadline = paxos.quorum.elects(paxos.self.id()::equals) ? now : soon(now);
    }
  }

  private long soon(long now) {
    long heartbeat = paxos.self.timing().heartbeat();
    return now + 2 * heartbeat + random(3 * heartbeat);
  }

  long nextDeadline() {
    if (!awake) {
      return NEVER;
    }
    return mayBid() ? deadline : Long.MAX_VALUE;
  }

  void tick(long now, Effects out) {
    if (now >= deadline && mayBid()) {
      ask(now, out);
    }
  }

  private boolean mayBid() {
    return paxos.isVoter() && !paxos.log.ended();
  }

  /// A fresh timeout, drawn anew, so that two who bid at once do not meet again.
  void restartTimer(long now) {
    long election = paxos.self.timing().election();
    deadline = now + election + random(election);
  }

  private long random(long bound) {
    return paxos.self.random().nextLong(bound);
  }

  void heardLeader(long now, ReplicaId leader) {
    leaderHeard = now;
    suspects.remove(leader);
    restartTimer(now);
  }

  /// Somebody spoke of a ballot.
  void seen(Ballot ballot) {
    seen = seen.isBelow(ballot) ? ballot : seen;
  }

  void askSoon(long now) {
    deadline = soon(now);
  }

  void suspect(long now, ReplicaId peer, Suspicion suspicion) {
    if (suspicion == Suspicion.WITHDRAWN) {
      if (suspects.remove(peer)) {
        restartTimer(now);
      }
      return;
    }
    suspects.add(peer);
    if (peer.equals(paxos.leader()) && paxos.isVoter()) {
      deadline = Math.min(deadline, now + suspicionDelay(peer));
    }
  }

  /// Those who suspect the same leader ask one after the other, so that the first one wins.
  private long suspicionDelay(ReplicaId suspect) {
    int rank = 0;
    for (var voter : paxos.era.voters()) {
      if (voter.equals(paxos.self.id())) {
        break;
      }
      rank += voter.equals(suspect) ? 0 : 1;
    }
    return rank * RANK_DELAY + random(RANK_DELAY);
  }

  /// Whether this member leads, or has heard a leader within the shortest timeout. One that it
  /// suspects does not count.
  boolean leaderIsAlive(long now) {
    if (paxos.role() instanceof Leading) {
      return true;
    }
    var leader = paxos.leader();
    return leader != null
        && !suspects.contains(leader)
        && leaderHeard != NEVER
        && now - leaderHeard < paxos.self.timing().election();
  }

  // The question before a bid: changes nothing anywhere

  private void ask(long now, Effects out) {
    attempts++;
    var asking = new Role.Asking(attempts, suspectedLeader());
    asking.silent().add(paxos.self.id());
    paxos.role(asking);
    restartTimer(now);
    askAgainSoon(now, asking.suspected());
    for (var voter : paxos.era.voters()) {
      if (!voter.equals(paxos.self.id())) {
        out.send(voter, new PaxosMessage.AskSilent(paxos.promised(), attempts));
      }
    }
    bidIfSilent(now, asking, out);
  }

  /// Whoever asks because of a broken link asks again soon: the others may learn of it a little
  /// later.
  private void askAgainSoon(long now, @Nullable ReplicaId suspected) {
    if (suspected != null) {
      deadline = now + paxos.self.timing().heartbeat() + suspicionDelay(suspected);
    }
  }

  private @Nullable ReplicaId suspectedLeader() {
    var leader =
        switch (paxos.role()) {
          case Role.Follower(var followed) -> followed;
          case Role.Asking before -> before.suspected();
          case Preparing before -> before.suspected();
          case Leading leading -> null;
        };
    return leader != null && suspects.contains(leader) ? leader : null;
  }

  void asked(long now, ReplicaId from, PaxosMessage.AskSilent ask, Effects out) {
    seen(ask.promised());
    boolean silent = mayBid() && !leaderIsAlive(now);
    out.send(from, new PaxosMessage.SilentAnswer(paxos.promised(), ask.attempt(), silent));
  }

  void answered(long now, ReplicaId from, PaxosMessage.SilentAnswer answer, Effects out) {
    seen(answer.promised());
    if (paxos.role() instanceof Role.Asking asking
        && answer.attempt() == asking.attempt()
        && answer.silent()) {
      asking.silent().add(from);
      bidIfSilent(now, asking, out);
    }
  }

  private void bidIfSilent(long now, Role.Asking asking, Effects out) {
    if (paxos.quorum.elects(asking.silent()::contains)) {
      bid(now, asking.suspected(), false, out);
    }
  }

  // The bid

  /// A ballot above all that are known here, promised durably to itself before anyone hears of it
  /// (P1).
  private void bid(long now, @Nullable ReplicaId suspected, boolean transfer, Effects out) {
    seen(paxos.promised());
    paxos.follow(now, null, out);
    paxos.acceptor.promise(seen.next(paxos.place(paxos.self.id())), out);
    askAgainSoon(now, suspected);
    var preparing = new Preparing(paxos, suspected, transfer, now);
    paxos.role(preparing);
    preparing.begin(out);
  }

  /// The leader hands over: no question, for its followers hear it still.
  void takeOver(long now, Effects out) {
    if (mayBid()) {
      bid(now, null, true, out);
    }
  }
}
