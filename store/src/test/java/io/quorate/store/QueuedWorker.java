package io.quorate.store;

import io.quorate.replica.Worker;
import java.util.ArrayDeque;

/// A worker whose tasks run when the test says so, and hand over their results when it says so.
public final class QueuedWorker implements Worker {
  private record Task(Runnable work, Runnable then) {}

  private final ArrayDeque<Task> tasks = new ArrayDeque<>();
  private final ArrayDeque<Runnable> results = new ArrayDeque<>();

  @Override
  public void run(Runnable task, Runnable then) {
    tasks.addLast(new Task(task, then));
  }

  /// Does the next task, if there is one.
  boolean work() {
    var task = tasks.pollFirst();
    if (task == null) {
      return false;
    }
    task.work.run();
    results.addLast(task.then);
    return true;
  }

  /// Hands over the next result, if there is one.
  boolean handOver() {
    var then = results.pollFirst();
    if (then == null) {
      return false;
    }
    then.run();
    return true;
  }

  boolean isIdle() {
    return tasks.isEmpty() && results.isEmpty();
  }
}
