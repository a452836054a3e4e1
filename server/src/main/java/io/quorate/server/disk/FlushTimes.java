package io.quorate.server.disk;

import io.quorate.node.Times;

/// How long flushes took, and the last of them: written by whoever flushes, read by the loop.
public final class FlushTimes {
  private static final int WINDOW = 128;

  /// A flush that takes longer holds up a loop too much: nanoseconds.
  private static final long SLOW = 1_000_000;

  private final long[] last = new long[WINDOW];
  private int next;
  private int slow;

  // The bounds of etcd's (etcd-P4).
  private final Times writes = new Times(1_000_000, 14);
  private final Times flushes = new Times(1_000_000, 14);
  private long bytes;

  /// @param writing nanoseconds until the system had taken the bytes
  /// @param flushing nanoseconds from then on until they were durable
  synchronized void took(int written, long writing, long flushing) {
    writes.took(writing);
    flushes.took(flushing);
    bytes += written;
    took(writing + flushing);
  }

  private void took(long nanos) {
    if (last[next] > SLOW) {
      slow--;
    }
    last[next] = nanos;
    if (nanos > SLOW) {
      slow++;
    }
    next = (next + 1) % WINDOW;
  }

  /// Whether all but about one in a hundred of the last flushes took less than a millisecond.
  synchronized boolean areShort() {
    return slow <= 1;
  }

  /// How long the system took to take what was written.
  public synchronized Times writes() {
    return writes.copy();
  }

  /// How long it then took to make it durable.
  public synchronized Times flushes() {
    return flushes.copy();
  }

  /// What was written and made durable.
  public synchronized long bytes() {
    return bytes;
  }
}
