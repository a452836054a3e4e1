package io.quorate.simulation.raft;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Era;
import io.quorate.consensus.Quorum;
import io.quorate.consensus.ReplicaId;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All members, and the era that they are members of.
final class RaftMembers {
  private final Map<Long, RaftMember> members = new TreeMap<>();
  private @Nullable Era era;

  /// A machine begins in an era.
  void beganIn(Era now) {
    check(era == null || era.equals(now), "R14", "%s became %s", era, now);
    if (era == null) {
      quorumsMeet(now);
    }
    era = now;
  }

  /// C10: whoever can decide meets whoever can elect.
  private static void quorumsMeet(Era era) {
    var quorum = Quorum.of(era);
    var voters = era.voters();
    for (int set = 0; set < 1 << voters.size(); set++) {
      int chosen = set;
      check(
          !quorum.decides(id -> (chosen & 1 << voters.indexOf(id)) != 0)
              || !quorum.elects(id -> (chosen & 1 << voters.indexOf(id)) == 0),
          "C10",
          "in %s, some decide an entry and all others elect a leader",
          era);
    }
  }

  RaftMember of(long node) {
    return members.computeIfAbsent(node, RaftMember::new);
  }

  RaftMember of(ReplicaId id) {
    return of(id.node());
  }

  Collection<RaftMember> all() {
    return members.values();
  }

  Era era() {
    if (era == null) {
      throw new IllegalStateException("no machine has begun");
    }
    return era;
  }

  Quorum quorum() {
    return Quorum.of(era());
  }

  boolean hasLeases() {
    return era().options().leaseMillis() > 0;
  }

  boolean isVoter(RaftMember member) {
    return era().voters().stream().anyMatch(id -> id.node() == member.node);
  }
}
