package io.quorate.consensus.zab;

/// The phases of the protocol (DSN 2011, section IV; Medeiros, section 3).
enum Phase {
  /// Phase 0: who might lead is found out. Promises nothing.
  ELECTION("election"),
  /// Phase 1: a new epoch is agreed on, above all that a quorum knows.
  DISCOVERY("discovery"),
  /// Phase 2: the followers take over the history of the epoch's leader.
  SYNCHRONIZATION("synchronization"),
  /// Phase 3: the leader proposes, and commits what a quorum holds.
  BROADCAST("broadcast");

  final String word;

  Phase(String word) {
    this.word = word;
  }
}
