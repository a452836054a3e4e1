package io.quorate.consensus.zab;

import io.quorate.consensus.Effects;
import io.quorate.consensus.ReplicaId;
import org.jspecify.annotations.Nullable;

/// What a member is at a moment, with just the data that belong to it.
sealed interface Role permits Looking, Following, Leading {
  Phase phase();

  /// Who leads the established leadership that this member takes part in; null if there is none.
  @Nullable ReplicaId establishedLeader();

  /// Somebody tells where it stands in the election.
  void notified(ReplicaId from, ZabMessage.Notification notification, Effects out);

  /// Does what is due.
  void tick(Effects out);

  /// Sends what the step has come to.
  void flush(Effects out);

  long nextDeadline();
}
