package io.quorate.consensus.paxos;

import io.quorate.consensus.ReplicaId;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a member is as a proposer at a moment, with just the data that belong to it. Acceptor and
/// learner it is always.
sealed interface Role permits Role.Follower, Role.Asking, Preparing, Leading {
  /// Leaves proposing to another.
  ///
  /// @param leader who leads under the promised ballot, once it was heard
  record Follower(@Nullable ReplicaId leader) implements Role {}

  /// Asks whether others too hear no leader, without changing anything.
  ///
  /// @param suspected the leader that it asks because of, if not because of silence
  record Asking(long attempt, Set<ReplicaId> silent, @Nullable ReplicaId suspected)
      implements Role {
    Asking(long attempt, @Nullable ReplicaId suspected) {
      this(attempt, new TreeSet<>(), suspected);
    }
  }
}
