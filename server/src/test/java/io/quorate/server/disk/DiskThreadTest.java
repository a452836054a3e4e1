package io.quorate.server.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class DiskThreadTest {
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private final DiskThread thread = new DiskThread("test", failures::add);

  @Test
  void whatIsDoneInTimeIsWaitedFor() throws Exception {
    var done = new CountDownLatch(1);
    thread.run(done::countDown);
    assertThat(thread.finishWithin(10_000)).isTrue();
    assertThat(done.getCount()).isZero();
  }

  /// A read that goes on when the process ends, and finds what it needs gone.
  @Test
  void whatIsNotIsLeftAloneWhateverItComesTo() throws Exception {
    var goOn = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    thread.run(() -> {
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      throw new IllegalStateException("closed");
    });
    thread.run(over::countDown);
    assertThat(thread.finishWithin(10)).isFalse();
    goOn.countDown();
    over.await();
    assertThat(failures).isEmpty();
  }
}
