package io.quorate.consensus.raft;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.Effects;
import io.quorate.consensus.Input.Suspicion;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Elections: when to ask for one, and how to answer those who do (thesis 3.4, 3.6.1, 4.2.3, 9.6).
///
/// In an era with leader leases a voter elects nobody, not itself either, before the lease time
/// since it last heard its leader has passed, and not within that time after a start, for it forgot
/// whom it heard (6.4.1). Only a leader's handing over lets it go earlier. See [Lease].
final class Voting {
  /// How long a follower waits before it acts on a suspicion, for each voter that goes before it.
  private static final long RANK_DELAY = 10_000_000;

  private static final long NEVER = Long.MIN_VALUE;

  private final Raft raft;
  private final Set<ReplicaId> suspects = new TreeSet<>();

  /// How long it stays with a leader that it heard; 0 without leases.
  private final long stay;

  private boolean awake;
  private long deadline;
  private long leaderHeard = NEVER;
  private long staysUntil = NEVER;
  private long attempts;

  Voting(Raft raft) {
    this.raft = raft;
    this.stay = Lease.stay(raft.era);
  }

  /// The first step of this life: nobody leads as far as is known, and a question before an
  /// election disturbs nobody, so ask soon.
  void wake(long now) {
    if (!awake) {
      awake = true;
      long heartbeat = raft.self.timing().heartbeat();
      boolean alone = raft.era.voters().equals(List.of(raft.self.id()));
      staysUntil = alone ? now : now + stay;
      deadline =
          raft.quorum.elects(raft.self.id()::equals)
              ? staysUntil
              : staysUntil + 2 * heartbeat + random(3 * heartbeat);
    }
  }

  long nextDeadline() {
    if (!awake) {
      return NEVER;
    }
    return raft.isVoter() && !raft.ended() ? deadline : Long.MAX_VALUE;
  }

  void tick(long now, Effects out) {
    if (now >= deadline && raft.isVoter() && !raft.ended()) {
      askPreVotes(now, out);
    }
  }

  /// A fresh timeout, drawn anew so that two candidates do not meet again (thesis 3.4).
  void restartTimer(long now) {
    long election = raft.self.timing().election();
    deadline = Math.max(now + election, staysUntil) + random(election);
  }

  private long random(long bound) {
    return raft.self.random().nextLong(bound);
  }

  /// The leader of the present term spoke.
  void heardLeader(long now, ReplicaId leader) {
    leaderHeard = now;
    staysUntil = now + stay;
    suspects.remove(leader);
    restartTimer(now);
  }

  void suspect(long now, ReplicaId peer, Suspicion suspicion) {
    if (suspicion == Suspicion.WITHDRAWN) {
      if (suspects.remove(peer)) {
        restartTimer(now);
      }
      return;
    }
    suspects.add(peer);
    if (peer.equals(raft.leader()) && raft.isVoter()) {
      deadline = Math.min(deadline, Math.max(now, staysUntil) + suspicionDelay(peer));
    }
  }

  /// Those who suspect the same leader ask one after the other, so that the first one wins.
  private long suspicionDelay(ReplicaId suspect) {
    int rank = 0;
    for (var voter : raft.era.voters()) {
      if (voter.equals(raft.self.id())) {
        break;
      }
      rank += voter.equals(suspect) ? 0 : 1;
    }
    return rank * RANK_DELAY + random(RANK_DELAY);
  }

  /// Whether this member still follows a leader that it heard within the shortest timeout, and so
  /// helps nobody to replace it (thesis 4.2.3). One that it suspects does not count.
  private boolean leaderIsAlive(long now) {
    if (raft.role() instanceof Leading || isBound(now)) {
      return true;
    }
    var leader = raft.leader();
    return leader != null
        && !suspects.contains(leader)
        && leaderHeard != NEVER
        && now - leaderHeard < raft.self.timing().election();
  }

  /// Whether a leader's lease may rest on this voter.
  private boolean isBound(long now) {
    return now < staysUntil;
  }

  private boolean upToDate(Point last) {
    var mine = raft.log.last();
    return last.mark() != mine.mark() ? last.mark() > mine.mark() : last.index() >= mine.index();
  }

  // Pre-vote (thesis 9.6): changes nothing anywhere

  private void askPreVotes(long now, Effects out) {
    attempts++;
    var asking = new Role.PreCandidate(attempts, suspectedLeader());
    asking.granted().add(raft.self.id());
    raft.role(asking);
    restartTimer(now);
    askAgainSoon(now, asking.suspected());
    for (var voter : raft.era.voters()) {
      if (!voter.equals(raft.self.id())) {
        out.send(voter, new RaftMessage.AskPreVote(raft.term(), attempts, raft.log.last()));
      }
    }
    electIfPreVoted(now, asking, out);
  }

  /// Whoever asks because of a broken link asks again soon: the others may learn of it a little
  /// later, and two who ask at once may split the votes.
  private void askAgainSoon(long now, @Nullable ReplicaId suspected) {
    if (suspected != null) {
      deadline = now + raft.self.timing().heartbeat() + suspicionDelay(suspected);
    }
  }

  private @Nullable ReplicaId suspectedLeader() {
    var leader =
        switch (raft.role()) {
          case Role.Follower(var followed) -> followed;
          case Role.PreCandidate before -> before.suspected();
          case Role.Candidate before -> before.suspected();
          default -> null;
        };
    return leader != null && suspects.contains(leader) ? leader : null;
  }

  void askedPreVote(long now, ReplicaId from, RaftMessage.AskPreVote ask, Effects out) {
    boolean granted =
        raft.isVoter() && ask.term() >= raft.term() && upToDate(ask.last()) && !leaderIsAlive(now);
    out.send(from, new RaftMessage.PreVoteAnswer(raft.term(), ask.attempt(), granted));
  }

  void preVoteAnswered(long now, ReplicaId from, RaftMessage.PreVoteAnswer answer, Effects out) {
    if (raft.role() instanceof Role.PreCandidate asking
        && answer.attempt() == asking.attempt()
        && answer.granted()) {
      asking.granted().add(from);
      electIfPreVoted(now, asking, out);
    }
  }

  private void electIfPreVoted(long now, Role.PreCandidate asking, Effects out) {
    if (raft.quorum.elects(asking.granted()::contains)) {
      askVotes(now, asking.suspected(), false, out);
    }
  }

  // The vote itself (thesis 3.4)

  /// A new term, with the vote in it for oneself: one record. It is counted when its own answer
  /// comes back, durable.
  private void askVotes(long now, @Nullable ReplicaId suspected, boolean transfer, Effects out) {
    require(transfer || !isBound(now), "a vote for itself while a lease may rest on it");
    raft.follow(now, raft.term() + 1, null, out);
    raft.setTerm(raft.term(), raft.self.id());
    raft.journalHard(out);
    raft.role(new Role.Candidate(suspected));
    askAgainSoon(now, suspected);
    for (var voter : raft.era.voters()) {
      if (!voter.equals(raft.self.id())) {
        out.send(voter, new RaftMessage.AskVote(raft.term(), raft.log.last(), transfer));
      }
    }
    out.sendDurably(raft.self.id(), new RaftMessage.VoteAnswer(raft.term(), true));
  }

  void askedVote(long now, ReplicaId from, RaftMessage.AskVote ask, Effects out) {
    if (ask.term() > raft.term()) {
      if (leaderIsAlive(now) && !ask.transfer()) {
        return;
      }
      raft.follow(now, ask.term(), null, out);
    }
    boolean mine = ask.term() == raft.term();
    boolean free = raft.vote() == null || from.equals(raft.vote());
    boolean stays = isBound(now) && !ask.transfer();
    boolean granted = mine && free && !stays && upToDate(ask.last()) && raft.isVoter();
    if (granted) {
      raft.setTerm(raft.term(), from);
      restartTimer(now);
    }
    raft.journalHard(out);
    out.sendDurably(from, new RaftMessage.VoteAnswer(raft.term(), granted));
  }

  void voteAnswered(long now, ReplicaId from, RaftMessage.VoteAnswer answer, Effects out) {
    if (raft.role() instanceof Role.Candidate candidate && answer.granted()) {
      candidate.granted().add(from);
      if (raft.quorum.elects(candidate.granted()::contains)) {
        require(
            raft.self.id().equals(raft.vote()),
            "elected in term %d, voted for another",
            raft.term());
        raft.lead(now);
      }
    }
  }

  /// The leader hands over (thesis 3.10): no pre-vote, for its followers would not leave it.
  void timeoutNow(long now, ReplicaId from, Effects out) {
    if (from.equals(raft.leader()) && raft.isVoter() && !raft.ended()) {
      askVotes(now, null, true, out);
    }
  }
}
