package io.quorate.simulation;

import java.util.PriorityQueue;
import java.util.function.LongSupplier;

/// Virtual time and what is going to happen in it. Events of the same time happen in the order in
/// which they were planned.
final class Timeline {
  private record Event(long time, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(time, other.time);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long planned;
  private long happened;

  /// Nanoseconds since the world began: the true time, which no node knows.
  long now() {
    return now;
  }

  /// How many events have happened.
  long happened() {
    return happened;
  }

  void at(long time, Runnable action) {
    events.add(new Event(Math.max(time, now), planned++, action));
  }

  void in(long delay, Runnable action) {
    at(now + delay, action);
  }

  /// Lets something happen again and again from a time on.
  ///
  /// @param until once it happens no earlier, it was the last time
  /// @param gap draws how long it is until the next time
  void repeat(long from, long until, LongSupplier gap, Runnable action) {
    if (from < until) {
      long next = from + gap.getAsLong();
      at(
          next,
          () -> {
            action.run();
            repeat(next, until, gap, action);
          });
    }
  }

  /// Lets the next event happen, if it is due by then.
  ///
  /// @return false if nothing happens up to that time, which it then is
  boolean step(long until) {
    var next = events.peek();
    if (next == null || next.time > until) {
      now = Math.max(now, until);
      return false;
    }
    events.remove();
    now = next.time;
    happened++;
    next.action.run();
    return true;
  }
}
