package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import org.jspecify.annotations.Nullable;

/// Keys from one on, in the order of unsigned bytes.
///
/// @param to the first key that no longer belongs to it; null if all do
/// @param isSingle whether it is about `from` alone
public record KeyRange(Bytes from, @Nullable Bytes to, boolean isSingle) {
  private static final Bytes ZERO = Bytes.of(new byte[1]);

  /// As requests say it: no end means the one key, an end of one zero byte every key from `key` on
  /// (etcd-27).
  public static KeyRange of(Bytes key, Bytes rangeEnd) {
    if (rangeEnd.isEmpty()) {
      var next = new byte[key.length() + 1];
      System.arraycopy(key.array(), key.offset(), next, 0, key.length());
      return new KeyRange(key, Bytes.of(next), true);
    }
    return new KeyRange(key, rangeEnd.equals(ZERO) ? null : rangeEnd, false);
  }

  public boolean contains(Bytes key) {
    return from.compareTo(key) <= 0 && (to == null || key.compareTo(to) < 0);
  }

  public boolean isEmpty() {
    return to != null && to.compareTo(from) <= 0;
  }
}
