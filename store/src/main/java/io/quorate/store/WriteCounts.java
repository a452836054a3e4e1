package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import org.jspecify.annotations.Nullable;

/// What a store has changed in this life. Sees every write, and shows it to one who wants to see
/// it, too.
public final class WriteCounts implements WriteObserver {
  private @Nullable WriteObserver other;
  private long puts;
  private long deletes;
  private long bytes;

  void showTo(WriteObserver observer) {
    other = observer;
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

  @Override
  public boolean asksForPrevious(Bytes key) {
    return other != null && other.asksForPrevious(key);
  }

  @Override
  public boolean asksForPrevious() {
    return other != null && other.asksForPrevious();
  }

  @Override
  public void written(Written write) {
    for (int i = 0; i < write.size(); i++) {
      if (write.isDelete(i)) {
        deletes++;
      } else {
        puts++;
        bytes += write.bytes(i);
      }
    }
    if (other != null) {
      other.written(write);
    }
  }

  @Override
  public void replaced() {
    if (other != null) {
      other.replaced();
    }
  }
}
