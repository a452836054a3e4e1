package io.quorate.node.etcd;

import io.quorate.node.Times;
import io.quorate.store.HashOutcome;
import io.quorate.store.Outcome;

/// How long the store takes over reads, from the moment at which it may answer them. Belongs to the
/// node's loop.
public final class ReadTimes {
  // The bounds of etcd's (etcd-P4).
  private final Times good = new Times(100_000, 20);
  private final Times bad = new Times(100_000, 20);
  private final Times hashes = new Times(10_000_000, 15);

  /// @param nanos that it took
  void ended(Outcome outcome, long nanos) {
    ranges(outcome instanceof Outcome.Done).took(nanos);
  }

  void ended(HashOutcome outcome, long nanos) {
    if (!(outcome instanceof HashOutcome.Failed)) {
      hashes.took(nanos);
    }
  }

  /// Of ranges, and of transactions that only read.
  ///
  /// @param done whether those that succeeded are asked for, or those that did not
  public Times ranges(boolean done) {
    return done ? good : bad;
  }

  /// Of hashes up to a revision.
  public Times hashes() {
    return hashes;
  }
}
