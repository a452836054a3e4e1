package io.quorate.store;

import java.util.List;

/// What a store has changed in this life.
public final class WriteCounts {
  private long puts;
  private long deletes;
  private long bytes;

  void add(List<Generation.Change> changes) {
    for (var change : changes) {
      if (change.version().isDelete()) {
        deletes++;
      } else {
        puts++;
        bytes += change.keyValue().length();
      }
    }
  }

  /// Keys that were put.
  public long puts() {
    return puts;
  }

  /// Keys that were deleted.
  public long deletes() {
    return deletes;
  }

  /// Bytes of what was put, as it is stored.
  public long bytes() {
    return bytes;
  }
}
