package io.quorate.server.disk;

/// How long the last flushes took: written by whoever flushes, read by the loop.
public final class FlushTimes {
  private static final int WINDOW = 128;

  /// A flush that takes longer holds up a loop too much: nanoseconds.
  private static final long SLOW = 1_000_000;

  private final long[] last = new long[WINDOW];
  private int next;
  private int slow;
  private long count;
  private long totalNanos;

  synchronized void took(long nanos) {
    if (last[next] > SLOW) {
      slow--;
    }
    last[next] = nanos;
    if (nanos > SLOW) {
      slow++;
    }
    next = (next + 1) % WINDOW;
    count++;
    totalNanos += nanos;
  }

  /// Whether all but about one in a hundred of the last flushes took less than a millisecond.
  synchronized boolean areShort() {
    return slow <= 1;
  }

  public synchronized long count() {
    return count;
  }

  public synchronized long totalNanos() {
    return totalNanos;
  }
}
