package io.quorate.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// What happens when the process is told to end, by Ctrl-C or a signal.
final class Ending {
  private static final int SECONDS = 5;

  interface Last {
    void run() throws InterruptedException;
  }

  private final Thread hook;

  private Ending(Thread hook) {
    this.hook = hook;
  }

  /// Runs something when the process is told to end by a signal, and then ends it with exit code 0;
  /// after five seconds it ends anyway, with 1. Nothing else may end the process from now on,
  /// unless it halts or calls this off.
  static Ending whenTold(Last last) {
    return whenTold(last, () -> false);
  }

  /// @param isDone whether that has done what it must; then the exit code is 0 even if it is still
  ///   at the rest after five seconds
  static Ending whenTold(Last last, BooleanSupplier isDone) {
    var hook =
        new Thread(
            () -> {
              var worker = new Thread(() -> run(last), "quorate-stop");
              worker.setDaemon(true);
              worker.start();
              try {
                worker.join(TimeUnit.SECONDS.toMillis(SECONDS));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              Logging.end();
              Runtime.getRuntime().halt(worker.isAlive() && !isDone.getAsBoolean() ? 1 : 0);
            },
            "quorate-end");
    Runtime.getRuntime().addShutdownHook(hook);
    return new Ending(hook);
  }

  /// The process ends as any other again; a signal that has already come still ends it as above.
  void callOff() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It runs.
    }
  }

  private static void run(Last last) {
    try {
      last.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
