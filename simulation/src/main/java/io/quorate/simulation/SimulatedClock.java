package io.quorate.simulation;

import java.util.function.LongSupplier;

/// A node's monotonic clock: starts anywhere, may run fast or slow, may jump ahead, never goes
/// back.
final class SimulatedClock implements LongSupplier {
  private final LongSupplier trueTime;
  private long offset;
  private long driftPpm;
  private long since;

  SimulatedClock(LongSupplier trueTime) {
    this.trueTime = trueTime;
  }

  @Override
  public long getAsLong() {
    return at(trueTime.getAsLong());
  }

  private long at(long time) {
    long elapsed = time - since;
    return offset + elapsed + elapsed * driftPpm / 1_000_000;
  }

  /// When the clock will show this, or has shown it: the true time, rounded up.
  long trueTimeOf(long shown) {
    if (shown <= getAsLong()) {
      return trueTime.getAsLong();
    }
    double elapsed = (shown - offset) / (1 + driftPpm / 1e6);
    long time = since + (long) elapsed;
    while (at(time) < shown) {
      time += Math.max(1, shown - at(time));
    }
    return time;
  }

  /// From now on the clock runs fast (or, below 0, slow) by so many millionths.
  void drift(long ppm) {
    long time = trueTime.getAsLong();
    offset = at(time);
    since = time;
    driftPpm = ppm;
  }

  void jump(long nanos) {
    offset += nanos;
  }
}
