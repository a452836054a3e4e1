package io.quorate.simulation.consensus;

/// A member as the checks see it, over all its lives.
///
/// @param <F> what is told of its records
public final class Member<F extends Fold<F>> {
  final long node;

  /// The true time of its latest step.
  long time;

  /// What its records say, and what the durable ones of them do.
  F memory;

  final F durable;

  /// How far it has decided, as it has told its replica.
  long decided;

  /// Whether it leads, as it has said itself.
  boolean leads;

  boolean hasBegun;

  /// Whether what it promised is lost for good.
  boolean isLost;

  Member(long node, F nothing) {
    this.node = node;
    this.memory = nothing.copy();
    this.durable = nothing;
  }

  public long node() {
    return node;
  }

  public long time() {
    return time;
  }

  public F memory() {
    return memory;
  }

  public F durable() {
    return durable;
  }

  public long decided() {
    return decided;
  }

  public boolean leads() {
    return leads;
  }

  public boolean isLost() {
    return isLost;
  }
}
