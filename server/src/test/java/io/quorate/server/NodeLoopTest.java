package io.quorate.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.ReferenceCountUtil;
import io.quorate.consensus.InvariantException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeLoopTest {
  private static final long MILLISECOND = 1_000_000;

  private final DefaultEventLoop loop = new DefaultEventLoop();

  private final Talking talking = new Talking();

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /// Says something to the other end of a socket in its first turn, and has no end of turns.
  private static final class Talking implements NodeLoop.Turns {
    @Nullable Socket to;
    int turns;

    @Override
    public boolean turn() {
      if (turns++ == 0) {
        say();
      }
      return true;
    }

    private void say() {
      try {
        requireNonNull(to).getOutputStream().write(1);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public long nextDeadline() {
      return Long.MAX_VALUE;
    }
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

  /// What was interrupted in the middle of a change is nothing to go on with.
  @Test
  void whatThrowsWhileItIsTakenInEndsTheNode() throws Exception {
    var failures = new ArrayList<Throwable>();
    var log = new ArrayList<String>();
    var turns =
        new NodeLoop.Turns() {
          @Override
          public boolean turn() {
            log.add("turn");
            return false;
          }

          @Override
          public long nextDeadline() {
            return System.nanoTime() + MILLISECOND;
          }
        };
    var nodeLoop = new NodeLoop(loop, turns, failures::add);
    var fault = new InvariantException("two entries at one index");
    loop.submit(
            () -> {
              nodeLoop.start();
              nodeLoop.take(() -> {
                throw fault;
              });
              nodeLoop.take(() -> log.add("taken"));
              nodeLoop.fail(new AssertionError("told once"));
              assertThat(nodeLoop.take(() -> "taken", "otherwise")).isEqualTo("otherwise");
            })
        .get();
    loop.schedule(() -> {}, 20, TimeUnit.MILLISECONDS).get();
    assertThat(failures).containsExactly(fault);
    assertThat(log).isEmpty();
    assertThat(nodeLoop.isBroken()).isTrue();
  }

  /// A node that has more to do at once must not be deaf meanwhile.
  @Test
  void socketsAreReadBetweenTurns() throws Exception {
    var sockets = Sockets.ofThisMachine();
    var loops = sockets.newLoop("turns");
    var one = (SingleThreadEventLoop) loops.next();
    var turnsUntilRead = new CompletableFuture<Integer>();
    try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      new Bootstrap()
          .group(loops)
          .channel(sockets.clientType())
          .handler(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                  ReferenceCountUtil.release(message);
                  turnsUntilRead.complete(talking.turns);
                }
              })
          .connect(listening.getLocalSocketAddress())
          .sync();
      try (var other = listening.accept()) {
        talking.to = other;
        var nodeLoop = new NodeLoop(one, talking, failure -> fail(failure));
        one.execute(nodeLoop::start);
        assertThat(turnsUntilRead.get(10, TimeUnit.SECONDS)).isLessThan(5);
        one.submit(nodeLoop::stop).get();
      }
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
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
