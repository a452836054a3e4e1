package io.quorate.store;

import io.quorate.consensus.wire.Bytes;

/// What a request came to.
public sealed interface Outcome {
  /// @param revision what the answer's header says: of the write, or of the store when it was read
  /// @param body the encoded response but for its header, which only the answering node knows
  record Done(long revision, Bytes body) implements Outcome {}

  record Failed(Failure why) implements Outcome {}
}
