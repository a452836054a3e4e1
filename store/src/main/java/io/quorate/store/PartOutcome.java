package io.quorate.store;

/// What reading a part of a range comes to.
public sealed interface PartOutcome permits RangePart, PartOutcome.Failed {
  /// There is no such part, and no further one.
  record Failed(Failure why) implements PartOutcome {}
}
