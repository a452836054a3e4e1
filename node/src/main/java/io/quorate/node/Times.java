package io.quorate.node;

/// How long something took, each time it was done: counted in buckets of which each is twice as
/// wide as the one before, so that to count costs a division and two additions.
///
/// Counted and read by one thread, or under a lock of the owner's.
public final class Times {
  private final long first;
  private final long[] counts;
  private long count;
  private long sum;

  /// @param first the bound of the first bucket: nanoseconds, more than 0
  /// @param bounds how many buckets have one; behind them is one for all that took longer
  public Times(long first, int bounds) {
    this.first = first;
    this.counts = new long[bounds + 1];
  }

  /// It was done once more.
  public void took(long nanos) {
    long beyond = (Math.max(nanos, 1) - 1) / first;
    counts[Math.min(Long.SIZE - Long.numberOfLeadingZeros(beyond), counts.length - 1)]++;
    count++;
    sum += nanos;
  }

  /// How many buckets have a bound.
  public int bounds() {
    return counts.length - 1;
  }

  /// What took longer is not in this bucket: nanoseconds.
  public long bound(int bucket) {
    return first << bucket;
  }

  /// How often it took longer than the bucket before, and no longer than this one's bound.
  ///
  /// @param bucket from 0; of [#bounds] for all that took longer than the last bound
  public long count(int bucket) {
    return counts[bucket];
  }

  /// How often it was done.
  public long count() {
    return count;
  }

  /// What it took altogether: nanoseconds.
  public long sum() {
    return sum;
  }

  /// What was counted until now, for another thread.
  public Times copy() {
    return plus(new Times(first, bounds()));
  }

  /// Both together, as they are now.
  ///
  /// @param other with the same bounds
  public Times plus(Times other) {
    if (other.first != first || other.bounds() != bounds()) {
      throw new IllegalArgumentException("times with other bounds");
    }
    var both = new Times(first, bounds());
    for (int i = 0; i < counts.length; i++) {
      both.counts[i] = counts[i] + other.counts[i];
    }
    both.count = count + other.count;
    both.sum = sum + other.sum;
    return both;
  }
}
