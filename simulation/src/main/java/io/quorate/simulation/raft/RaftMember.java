package io.quorate.simulation.raft;

/// A member as the checks of Raft see it, over all its lives.
final class RaftMember {
  final long node;

  /// The true time of its latest step.
  long time;

  /// What its records say, and what the durable ones of them do.
  RaftFold memory = new RaftFold();

  RaftFold durable = new RaftFold();

  /// How far it has decided, as it has told its replica.
  long decided;

  /// Whether it leads the term that its records say.
  boolean leads;

  boolean hasBegun;

  /// Whether what it promised is lost for good.
  boolean isLost;

  RaftMember(long node) {
    this.node = node;
  }
}
