package io.quorate.simulation;

import io.quorate.consensus.Protocol;
import io.quorate.simulation.consensus.ConsensusWatch;
import io.quorate.simulation.paxos.PaxosWatch;
import io.quorate.simulation.raft.RaftWatch;
import io.quorate.simulation.zab.ZabWatch;

/// Who holds which protocol to its promises.
final class Watches {
  private Watches() {}

  static ConsensusWatch<?> of(Protocol protocol) {
    return switch (protocol.name()) {
      case "raft" -> new RaftWatch();
      case "paxos" -> new PaxosWatch();
      case "zab" -> new ZabWatch();
      default -> throw new IllegalArgumentException("nobody watches " + protocol.name());
    };
  }
}
