package io.quorate.simulation;

import io.quorate.replica.Worker;
import java.util.function.LongSupplier;

/// A worker whose tasks are events of their own, one after the other, each some time after it was
/// given, and whose results come back some time after that.
final class SimulatedWorker implements Worker {
  /// Runs something later, unless the node has ended by then.
  interface Later {
    void at(long time, Runnable action);
  }

  private final LongSupplier now;
  private final LongSupplier duration;
  private final Later offLoop;
  private final Later onLoop;
  private long free;
  private long handedOver;

  /// @param now the true time
  /// @param duration draws how long a task takes, in nanoseconds
  SimulatedWorker(LongSupplier now, LongSupplier duration, Later offLoop, Later onLoop) {
    this.now = now;
    this.duration = duration;
    this.offLoop = offLoop;
    this.onLoop = onLoop;
  }

  @Override
  public void run(Runnable task, Runnable then) {
    long done = Math.max(now.getAsLong(), free) + duration.getAsLong();
    free = done;
    offLoop.at(
        done,
        () -> {
          task.run();
          // Others may get something done before the result is taken.
          handedOver = Math.max(handedOver, done + duration.getAsLong() / 2);
          onLoop.at(handedOver, then);
        });
  }
}
