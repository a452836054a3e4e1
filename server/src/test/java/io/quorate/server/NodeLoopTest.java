package io.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.netty.util.concurrent.DefaultEventExecutor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeLoopTest {
  private static final long MILLISECOND = 1_000_000;

  private final DefaultEventExecutor loop = new DefaultEventExecutor();

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /// Turns, each of which names the deadline that a script gives for it.
  private class Scripted implements NodeLoop.Turns {
    final LongSupplier[] deadlines;
    final CountDownLatch turned;
    int turns;

    Scripted(LongSupplier... deadlines) {
      this.deadlines = deadlines;
      this.turned = new CountDownLatch(deadlines.length);
    }

    @Override
    public boolean turn() {
      turned.countDown();
      return false;
    }

    @Override
    public long nextDeadline() {
      int at = turns++;
      return at < deadlines.length ? deadlines[at].getAsLong() : Long.MAX_VALUE;
    }

    void allTurnsCome() throws InterruptedException {
      var nodeLoop = new NodeLoop(loop, this, failure -> fail(failure));
      loop.execute(nodeLoop::start);
      assertThat(turned.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static LongSupplier in(long milliseconds) {
    return () -> System.nanoTime() + milliseconds * MILLISECOND;
  }

  @Test
  void aDeadlineIsKept() throws Exception {
    new Scripted(in(5), in(5), in(5)).allTurnsCome();
  }

  /// The wake-up for the later deadline was cancelled for one that had passed already, and none
  /// came ever after: a leader fell silent.
  @Test
  void aDeadlineThatHasPassedTakesNoLaterOneWithIt() throws Exception {
    new Scripted(in(50), in(-1), in(60), in(5)) {
      @Override
      void allTurnsCome() throws InterruptedException {
        var nodeLoop = new NodeLoop(loop, this, failure -> fail(failure));
        loop.execute(() -> {
          nodeLoop.start();
          loop.execute(nodeLoop::happened);
        });
        assertThat(turned.await(10, TimeUnit.SECONDS)).isTrue();
      }
    }.allTurnsCome();
  }
}
