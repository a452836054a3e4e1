package io.quorate.store;

/// What the question for a store's hash came to.
public sealed interface HashOutcome permits StoreHash, HashOutcome.Failed {
  record Failed(Failure why) implements HashOutcome {}
}
