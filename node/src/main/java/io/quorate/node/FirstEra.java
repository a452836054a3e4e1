package io.quorate.node;

import io.quorate.consensus.Era;
import io.quorate.consensus.ReplicaId;
import java.util.ArrayList;
import java.util.List;

/// How the first era of a cluster is that begins now.
///
/// @param protocol its name
/// @param learners the nodes that follow without a voice
/// @param options what all members agree on
public record FirstEra(String protocol, List<Long> learners, Era.Options options) {
  public FirstEra {
    learners = List.copyOf(learners);
  }

  /// An era in which every node votes, without special options.
  public static FirstEra of(String protocol) {
    return new FirstEra(protocol, List.of(), Era.Options.DEFAULT);
  }

  /// Refuses an era in which these nodes could not agree.
  ///
  /// @throws IllegalArgumentException with a sentence that says why, and what to choose
  public void requirePossible(Members members) {
    Protocols.named(protocol).requirePossible(among(members));
  }

  boolean isVoter(long node) {
    return !learners.contains(node);
  }

  Era among(Members members) {
    var voting = new ArrayList<ReplicaId>();
    var learning = new ArrayList<ReplicaId>();
    for (long node : members.nodes().keySet()) {
      (isVoter(node) ? voting : learning).add(new ReplicaId(node, 1));
    }
    return Era.first(protocol, voting, learning, options);
  }
}
