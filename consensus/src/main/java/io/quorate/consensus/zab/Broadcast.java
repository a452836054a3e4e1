package io.quorate.consensus.zab;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.Effects;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.zab.ZabMessage.Ack;
import io.quorate.consensus.zab.ZabMessage.Said;
import java.util.Map;

/// Phase 3 of a leader (DSN 2011, section IV-A): like a two-phase commit without abort. It proposes
/// in order, and commits in order what a quorum has acknowledged.
///
/// An entry's zxid is (epoch, index). Only entries of the own epoch are committed here; those of
/// older ones were when the epoch was established (Z8), so an epoch needs no entry to begin with.
final class Broadcast {
  /// How long a member that nobody waits at may go without hearing what is committed.
  private static final long COMMIT_DELAY = 2_000_000;

  private static final long NONE = Long.MAX_VALUE;

  private final Zab zab;
  private final long epoch;
  private final Map<ReplicaId, Learner> learners;

  /// The last entry that is in the journal's order; what is behind it was proposed in this step.
  private long journaled;

  /// How far the leader itself holds the history, as its own message told.
  private long ackedHere;

  private long commitNoticeAt = NONE;

  Broadcast(Zab zab, long epoch, Map<ReplicaId, Learner> learners) {
    this.zab = zab;
    this.epoch = epoch;
    this.learners = learners;
    this.journaled = zab.history.lastIndex();
  }

  boolean isEnding() {
    return zab.history.stopSign() != Long.MAX_VALUE;
  }

  void propose(Payload payload, Effects out) {
    var history = zab.history;
    if (isEnding()) {
      out.refused(payload, Refusal.ENDING);
    } else if (history.undecidedBytes() + payload.size() > zab.self.limits().undecided()
        && history.undecidedBytes() > 0) {
      out.refused(payload, Refusal.FULL);
    } else {
      var zxid = new Point(history.lastIndex() + 1, epoch);
      require(zxid.mark() >= history.last().mark(), "%s proposed behind %s", zxid, history.last());
      history.append(new Entry(zxid.index(), zxid.mark(), payload));
    }
  }

  /// ACK of the leader's own disk.
  void ackedHere(long upTo, Effects out) {
    ackedHere = Math.max(ackedHere, upTo);
    commit(out);
  }

  /// Commits what a quorum holds durably.
  void commit(Effects out) {
    long upTo = zab.quorum.decidedUpTo(id -> id.equals(zab.self.id()) ? ackedHere : acked(id));
    long before = zab.history.decided();
    if (upTo > before) {
      zab.decideUpTo(upTo, out);
      notice(before + 1, out);
    }
  }

  private long acked(ReplicaId id) {
    var learner = learners.get(id);
    return learner == null ? 0 : learner.acked;
  }

  /// Tells an origin at once that its batch is committed; the others soon, or with their next
  /// entries.
  private void notice(long from, Effects out) {
    long decided = zab.history.decided();
    for (long i = Math.max(from, zab.history.base().index() + 1); i <= decided; i++) {
      if (zab.history.entry(i).payload() instanceof Payload.Batch batch) {
        var origin = learners.get(batch.id().origin());
        if (origin != null) {
          tellCommitted(origin, out);
        }
      }
    }
    if (commitNoticeAt == NONE) {
      commitNoticeAt = zab.now() + COMMIT_DELAY;
    }
  }

  /// COMMIT-LD, with the latest that is committed: more than the follower has acknowledged, maybe.
  void commitLeader(Learner learner, Effects out) {
    learner.committedTold = zab.history.decided();
    say(learner, new Said.CommitLeader(zab.history.decided()), out);
  }

  private void tellCommitted(Learner learner, Effects out) {
    if (learner.state == Learner.State.BROADCASTING
        && learner.committedTold < zab.history.decided()) {
      learner.committedTold = zab.history.decided();
      say(learner, new Said.Commit(zab.history.decided()), out);
    }
  }

  void tellAllCommitted(Effects out) {
    commitNoticeAt = NONE;
    learners.values().forEach(learner -> tellCommitted(learner, out));
  }

  void tick(Effects out) {
    if (zab.now() >= commitNoticeAt) {
      tellAllCommitted(out);
    }
  }

  /// What the step proposed, in one record. Followers are sent it while the leader's own disk still
  /// writes.
  void journal(Effects out) {
    var history = zab.history;
    if (history.lastIndex() > journaled) {
      out.journal(
          new ZabRecord.History(journaled + 1, history.range(journaled + 1, history.lastIndex())));
      journaled = history.lastIndex();
      out.sendDurably(zab.self.id(), new Ack(Link.SELF, epoch, journaled));
    }
  }

  /// Sends what the learner has room for.
  ///
  /// @return false if it lacks what the window no longer holds
  boolean propose(Learner learner, Effects out) {
    var history = zab.history;
    if (learner.next <= history.base().index()) {
      return false;
    }
    while (learner.next <= history.lastIndex() && learner.maySend(zab.self.limits().inFlight())) {
      var entries = history.slice(learner.next, zab.self.limits().message());
      learner.committedTold = Math.max(learner.committedTold, history.decided());
      say(learner, new Said.Propose(entries, history.decided()), out);
      learner.sent(entries.getLast().index(), Entry.size(entries));
    }
    return true;
  }

  private void say(Learner learner, Said said, Effects out) {
    learner.say(said, epoch, zab.now(), out);
  }

  /// Nothing that this leadership has not journaled ever happened.
  void end(Effects out) {
    var history = zab.history;
    if (history.lastIndex() > journaled) {
      var unsaid = history.range(journaled + 1, history.lastIndex());
      history.truncateFrom(journaled + 1);
      for (var entry : unsaid) {
        out.refused(entry.payload(), Refusal.NOT_LEADER);
      }
    }
  }

  long nextDeadline() {
    return commitNoticeAt;
  }
}
