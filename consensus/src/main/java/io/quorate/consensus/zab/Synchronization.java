package io.quorate.consensus.zab;

import io.quorate.consensus.Effects;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.zab.ZabMessage.AckLeader;
import io.quorate.consensus.zab.ZabMessage.Said;
import java.util.Set;
import java.util.TreeSet;

/// Phase 2 of a leader (DSN 2011, section IV-A): it brings its followers to its own history. Once a
/// quorum holds that, durably, and has taken the epoch for its current one, the initial history is
/// committed and the epoch established.
///
/// Who comes later is synchronised in the same way. From the place where DIFF ends, PROPOSE goes
/// on: both read the one history, so nothing proposed meanwhile is missed, and nothing comes twice.
final class Synchronization {
  private final Zab zab;
  private final long epoch;
  private final Set<ReplicaId> acked = new TreeSet<>();

  /// The last entry of the initial history.
  private final long initialEnd;

  Synchronization(Zab zab, long epoch, Effects out) {
    this.zab = zab;
    this.epoch = epoch;
    this.initialEnd = zab.history.lastIndex();
    zab.epochs.enter(epoch);
    zab.epochs.save(out);
    out.sendDurably(zab.self.id(), new AckLeader(Link.SELF, epoch));
  }

  long initialEnd() {
    return initialEnd;
  }

  /// TRUNC, DIFF and NEWLEADER; or sends it to catch up, if its history parts from this one before
  /// what the window holds.
  void bring(Learner learner, Effects out) {
    var history = zab.history;
    var common = Histories.common(history, learner.ends);
    if (common == null) {
      leaveBehind(learner, out);
      return;
    }
    if (common.index() < learner.ends.getLast().index()) {
      say(learner, new Said.Trunc(common), out);
    }
    learner.next = common.index() + 1;
    while (learner.next <= history.lastIndex()) {
      var entries = history.slice(learner.next, zab.self.limits().message());
      say(learner, new Said.Diff(entries), out);
      learner.next = entries.getLast().index() + 1;
    }
    learner.synchronizedTo = history.lastIndex();
    learner.state = Learner.State.SYNCHRONIZING;
    say(learner, new Said.NewLeader(), out);
  }

  void leaveBehind(Learner learner, Effects out) {
    learner.state = Learner.State.BEHIND;
    say(learner, new Said.Behind(zab.history.decided()), out);
  }

  private void say(Learner learner, Said said, Effects out) {
    learner.say(said, epoch, zab.now(), out);
  }

  /// ACK-LD.
  ///
  /// @return whether the epoch is established
  boolean acked(ReplicaId from) {
    acked.add(from);
    return zab.quorum.decides(acked::contains);
  }
}
