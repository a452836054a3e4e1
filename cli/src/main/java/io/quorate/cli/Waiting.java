package io.quorate.cli;

import io.quorate.client.QuorateException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A command that goes on until it is told to end, or what it follows ends by itself.
final class Waiting {
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile @Nullable QuorateException failure;

  void end() {
    over.countDown();
  }

  void fail(QuorateException why) {
    failure = why;
    over.countDown();
  }

  /// Waits. A signal ends the process with exit code 0.
  ///
  /// @return the exit code, if nothing failed
  /// @throws QuorateException what failed
  int await() throws InterruptedException {
    var ending = Ending.whenTold(this::end);
    over.await();
    ending.callOff();
    var why = failure;
    if (why != null) {
      throw why;
    }
    return 0;
  }
}
