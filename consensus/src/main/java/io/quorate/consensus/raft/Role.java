package io.quorate.consensus.raft;

import io.quorate.consensus.ReplicaId;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a member is at a moment, with just the data that belong to it.
sealed interface Role permits Role.Follower, Role.PreCandidate, Role.Candidate, Leading {
  /// @param leader who leads the term, once it was heard
  record Follower(@Nullable ReplicaId leader) implements Role {}

  /// Asks whether an election would succeed, without changing anything (thesis 9.6).
  ///
  /// @param suspected the leader that it asks because of, if not because of silence
  record PreCandidate(long attempt, Set<ReplicaId> granted, @Nullable ReplicaId suspected)
      implements Role {
    PreCandidate(long attempt, @Nullable ReplicaId suspected) {
      this(attempt, new TreeSet<>(), suspected);
    }
  }

  /// Asks for votes in its term.
  ///
  /// @param suspected the leader that it wants to replace, if not because of silence
  record Candidate(Set<ReplicaId> granted, @Nullable ReplicaId suspected) implements Role {
    Candidate(@Nullable ReplicaId suspected) {
      this(new TreeSet<>(), suspected);
    }
  }
}
