package io.quorate.store;

import io.quorate.consensus.wire.Bytes;

/// Sees each write that changed something, in the order of revisions and none left out. Called on
/// the loop, while commands are applied.
public interface WriteObserver {
  /// Whether it will ask what this key was before a write. A hint, so that it is read in time.
  boolean asksForPrevious(Bytes key);

  /// The same of whole ranges.
  boolean asksForPrevious();

  /// @param write to be used within the call only
  void written(Written write);

  /// The state was replaced by a newer one of the same history: writes in between were not seen.
  void replaced();
}
