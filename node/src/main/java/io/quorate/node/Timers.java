package io.quorate.node;

import java.util.Comparator;
import java.util.PriorityQueue;

/// What is to happen later, each in the first turn after its time. Times are monotonic nanoseconds.
final class Timers {
  private record Timer(long time, Runnable action) {}

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::time));

  void at(long time, Runnable action) {
    timers.add(new Timer(time, action));
  }

  /// Runs what is due.
  void run(long now) {
    while (now >= nextDeadline()) {
      timers.remove().action.run();
    }
  }

  long nextDeadline() {
    var next = timers.peek();
    return next == null ? Long.MAX_VALUE : next.time;
  }
}
