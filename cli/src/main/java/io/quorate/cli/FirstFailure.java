package io.quorate.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the first reason for which a node cannot go on, and lets the process end.
final class FirstFailure implements Consumer<Throwable> {
  private static final Logger LOG = LoggerFactory.getLogger(FirstFailure.class);
  private static final int FAILED = 1;

  private final CountDownLatch end;
  private final AtomicBoolean failed = new AtomicBoolean();

  FirstFailure(CountDownLatch end) {
    this.end = end;
  }

  @Override
  public void accept(Throwable failure) {
    if (failed.compareAndSet(false, true)) {
      LOG.error(
          "this node stops: {}; what it has acknowledged is safe", failure.getMessage(), failure);
      end.countDown();
    }
  }

  /// Ends the process without asking the node, which nobody can rely on any more.
  int exit() {
    Logging.end();
    Runtime.getRuntime().halt(FAILED);
    return FAILED;
  }
}
