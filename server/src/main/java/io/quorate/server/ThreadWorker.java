package io.quorate.server;

import io.quorate.replica.Worker;
import io.quorate.server.disk.DiskThread;
import java.util.concurrent.Executor;

/// A worker on a thread of its own.
final class ThreadWorker implements Worker {
  private final DiskThread thread;
  private final Executor loop;

  /// @param loop runs what follows a task; a turn must follow that in turn
  ThreadWorker(DiskThread thread, Executor loop) {
    this.thread = thread;
    this.loop = loop;
  }

  @Override
  public void run(Runnable task, Runnable then) {
    thread.run(() -> {
      task.run();
      loop.execute(then);
    });
  }
}
