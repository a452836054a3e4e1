package io.quorate.consensus.zab;

import io.quorate.consensus.Effects;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.zab.ZabMessage.Notification;
import io.quorate.consensus.zab.ZabMessage.State;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Phase 0: fast leader election (Medeiros, section 4.2).
///
/// Members tell each other where they stand; each votes for the best candidate that it knows, by
/// (currentEpoch, last zxid, id), and tells so whenever its vote changes. Whoever is voted for by a
/// quorum leads, unless a better one shows up within a short time. All this promises nothing: what
/// is safe is decided in [Discovery].
///
/// The papers' channels are connections, which are up or down, in both directions, and for all
/// alike. So that broken links of any kind do no harm, two rules go beyond the papers:
///
/// - A candidate must itself have been heard, in this round, and say that it *reaches* a quorum.
///   Who is deaf, or reaches too few, is voted for by nobody, however recent its history.
/// - A member follows only who says of itself that it leads; it need not hear of the quorum, which
///   that leader must keep hearing.
///
/// Members that follow or lead stay where they are whatever they are told here; they only answer.
/// So one who has lost the leader alone, or returns, disturbs nobody, and finds it by its answer.
final class Looking implements Role {
  private static final long NEVER = Long.MAX_VALUE;

  private final Zab zab;

  /// Whom to prefer among equals: a leader hands over to it, and tells so; it says so itself then.
  private @Nullable ReplicaId preferred;

  /// What those voters say who are looking too, in the present round.
  private final Map<ReplicaId, Notification> heard = new TreeMap<>();

  /// Who answers, also those who follow or lead; itself among them.
  private final Set<ReplicaId> present = new TreeSet<>();

  private @Nullable ReplicaId vote;

  /// Who is to be told where this member stands, if not all are.
  private final Set<ReplicaId> unanswered = new TreeSet<>();

  /// What this member has told all voters last.
  private @Nullable Notification told;

  private long roundEnds;
  private long tellAt;
  private long tellDelay;
  private long decideAt = NEVER;

  Looking(Zab zab, @Nullable ReplicaId preferred) {
    this.zab = zab;
    this.preferred = preferred;
  }

  void begin() {
    beginRound(zab.round() + 1);
  }

  private void beginRound(long round) {
    long election = zab.self.timing().election();
    zab.round(round);
    heard.clear();
    present.clear();
    present.add(zab.self.id());
    vote = null;
    told = null;
    tellAt = zab.now();
    decideAt = NEVER;
    roundEnds = zab.now() + election + zab.self.random().nextLong(election / 2);
    reconsider();
  }

  @Override
  public void notified(ReplicaId from, Notification notification, Effects out) {
    if (!zab.era.voters().contains(from)) {
      return;
    }
    if (notification.state() == State.LEADING) {
      zab.follow(from, notification.round(), out);
      return;
    }
    if (notification.state() == State.LOOKING) {
      if (notification.round() < zab.round()) {
        unanswered.add(from);
        return;
      }
      if (notification.round() > zab.round()) {
        beginRound(notification.round());
      }
      if (zab.self.id().equals(notification.preferred())) {
        preferred = zab.self.id();
      }
      if (heard.put(from, notification) == null) {
        // It may have come too late to hear what was said to all.
        unanswered.add(from);
      }
    }
    present.add(from);
    reconsider();
  }

  /// Its connection broke: what it said no longer counts.
  void lost(ReplicaId peer) {
    heard.remove(peer);
    present.remove(peer);
    reconsider();
  }

  private boolean reaches() {
    return zab.isVoter() && zab.quorum.elects(present::contains);
  }

  private Notification notification() {
    return new Notification(
        State.LOOKING,
        zab.round(),
        zab.epochs.current(),
        zab.history.last(),
        preferred,
        reaches(),
        vote);
  }

  private void reconsider() {
    var best = best();
    if (best == null ? vote != null : !best.equals(vote)) {
      vote = best;
      decideAt = NEVER;
    }
    if (!zab.self.id().equals(vote) || !zab.quorum.elects(this::votesForMe)) {
      decideAt = NEVER;
    } else if (nobodyElseMayCome()) {
      decideAt = zab.now();
    } else if (decideAt == NEVER) {
      decideAt = zab.now() + zab.self.timing().heartbeat() / 5;
    }
  }

  /// The best candidate that this member may vote for: never one whose history is less recent than
  /// its own.
  private @Nullable ReplicaId best() {
    if (!zab.isVoter()) {
      return null;
    }
    var mine = notification();
    var best = mine;
    ReplicaId bestId = mine.reaches() ? zab.self.id() : null;
    for (var other : heard.entrySet()) {
      var candidate = other.getValue();
      if (candidate.reaches() && !isNewer(mine, candidate)) {
        if (bestId == null || isBetter(candidate, other.getKey(), best, bestId)) {
          best = candidate;
          bestId = other.getKey();
        }
      }
    }
    return bestId;
  }

  private static boolean isNewer(Notification one, Notification other) {
    return Histories.isNewer(one.currentEpoch(), one.last(), other.currentEpoch(), other.last());
  }

  private static boolean isBetter(
      Notification one, ReplicaId id, Notification other, ReplicaId otherId) {
    if (isNewer(one, other) || isNewer(other, one)) {
      return isNewer(one, other);
    }
    boolean preferred = id.equals(one.preferred());
    boolean otherPreferred = otherId.equals(other.preferred());
    return preferred != otherPreferred ? preferred : id.compareTo(otherId) > 0;
  }

  /// Whether every voter takes part in this round and knows enough to be a candidate.
  private boolean nobodyElseMayCome() {
    return heard.size() == zab.era.voters().size() - 1
        && heard.values().stream().allMatch(Notification::reaches);
  }

  private boolean votesForMe(ReplicaId voter) {
    if (voter.equals(zab.self.id())) {
      return voter.equals(vote);
    }
    var said = heard.get(voter);
    return said != null && zab.self.id().equals(said.vote());
  }

  @Override
  public void tick(Effects out) {
    if (zab.now() >= decideAt) {
      zab.lead(out);
    } else if (zab.isVoter() && zab.now() >= roundEnds) {
      // Nobody came of it: some may have stopped, or links may have broken.
      beginRound(zab.round() + 1);
    }
  }

  @Override
  public void flush(Effects out) {
    var present = notification();
    boolean repeats = present.equals(told);
    if (repeats && zab.now() < tellAt) {
      unanswered.forEach(voter -> out.send(voter, present));
      unanswered.clear();
      return;
    }
    unanswered.clear();
    tellDelay =
        repeats
            ? Math.min(2 * tellDelay, zab.self.timing().election())
            : zab.self.timing().heartbeat();
    tellAt = zab.now() + tellDelay;
    told = present;
    for (var voter : zab.era.voters()) {
      if (!voter.equals(zab.self.id())) {
        out.send(voter, present);
      }
    }
  }

  @Override
  public long nextDeadline() {
    long deadline = Math.min(decideAt, tellAt);
    return zab.isVoter() ? Math.min(deadline, roundEnds) : deadline;
  }

  @Override
  public Phase phase() {
    return Phase.ELECTION;
  }

  @Override
  public @Nullable ReplicaId establishedLeader() {
    return null;
  }
}
