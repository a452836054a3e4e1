package io.quorate.consensus.zab;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.Effects;
import io.quorate.consensus.ReplicaId;
import org.jspecify.annotations.Nullable;

/// What a member has promised (DSN 2011, section IV).
///
/// *acceptedEpoch* (f.p): no leader of an older epoch is followed any more. *currentEpoch* (f.a):
/// the history contains the initial history of that epoch. Always acceptedEpoch ≥ currentEpoch ≥
/// the epoch of the last entry (Z13), also after a crash at any record: an entry of epoch e stands
/// behind the whole initial history of e, so who finds one takes e for its currentEpoch.
final class Epochs {
  private long accepted;
  private long current;

  /// Whose NEWEPOCH it was. After a restart that is forgotten, and nobody is promised the same
  /// epoch again: two who both propose it must not both count this member.
  private @Nullable ReplicaId acceptedFrom;

  /// Whether they differ from the newest record of them.
  private boolean changed;

  /// @param first the leader of the epoch, if all members begin in it
  Epochs(long epoch, @Nullable ReplicaId first) {
    accepted = epoch;
    current = epoch;
    acceptedFrom = first;
  }

  long accepted() {
    return accepted;
  }

  long current() {
    return current;
  }

  /// What a record tells.
  void restore(ZabRecord.Promised record) {
    accepted = record.accepted();
    current = record.current();
    acceptedFrom = null;
  }

  /// The history has an entry of this epoch.
  void atLeast(long epoch) {
    if (epoch > current) {
      current = epoch;
      changed = true;
    }
    if (epoch > accepted) {
      accepted = epoch;
      acceptedFrom = null;
      changed = true;
    }
  }

  /// Accepts a leader's new epoch.
  ///
  /// @return whether that is a promise to just this leader
  boolean accept(long epoch, ReplicaId leader) {
    require(epoch >= accepted, "epoch %d accepted after %d", epoch, accepted);
    if (epoch > accepted) {
      accepted = epoch;
      acceptedFrom = leader;
      changed = true;
    }
    return leader.equals(acceptedFrom);
  }

  /// The history now is that of this epoch's leader; what it is made of was journaled before.
  void enter(long epoch) {
    require(epoch == accepted, "synchronised in epoch %d, accepted %d", epoch, accepted);
    changed |= current != epoch;
    current = epoch;
  }

  /// Both are one record, so that no crash parts them.
  void save(Effects out) {
    require(accepted >= current, "accepted epoch %d below current %d", accepted, current);
    if (changed) {
      changed = false;
      out.journal(record());
    }
  }

  ZabRecord.Promised record() {
    return new ZabRecord.Promised(accepted, current);
  }
}
