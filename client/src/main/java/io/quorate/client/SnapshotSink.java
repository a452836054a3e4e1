package io.quorate.client;

import java.io.IOException;

/// Where a snapshot goes, piece by piece.
public interface SnapshotSink {
  /// @param remaining bytes that are still to come, as far as the server knows
  void take(byte[] piece, long remaining) throws IOException;
}
