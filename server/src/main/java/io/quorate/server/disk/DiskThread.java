package io.quorate.server.disk;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One thread that works through tasks in order and is never interrupted. A task that throws ends
/// the node.
public final class DiskThread {
  private final ExecutorService executor;
  private final Consumer<Throwable> failed;
  private volatile boolean abandoned;

  public DiskThread(String name, Consumer<Throwable> failed) {
    this.failed = failed;
    executor =
        Executors.newSingleThreadExecutor(task -> {
          var thread = new Thread(task, "quorate-" + name);
          thread.setDaemon(true);
          return thread;
        });
  }

  public void run(Runnable task) {
    try {
      executor.execute(() -> {
        try {
          task.run();
        } catch (Throwable e) {
          if (!abandoned) {
            failed.accept(e);
          }
        }
      });
    } catch (RejectedExecutionException e) {
      // The node has stopped; nobody waits for this any more.
    }
  }

  /// Takes no more, and waits a moment for what was given. Nobody hears of what has not finished by
  /// then, nor of what it comes to.
  ///
  /// @return whether it has finished
  public boolean finishWithin(long millis) throws InterruptedException {
    executor.shutdown();
    abandoned = !executor.awaitTermination(millis, TimeUnit.MILLISECONDS);
    return !abandoned;
  }

  /// Lets what was given finish, and takes no more.
  public void finish() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(30, TimeUnit.SECONDS)) {
        failed.accept(new IllegalStateException("the disk did not finish within 30 s"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
