package io.quorate.server;

import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The event loop that owns a node: sockets and the node share its thread.
///
/// Whatever is read from sockets is only queued; the turn that handles it is a task, and so runs
/// once all sockets that are ready have been read. Between a turn and the next one they are read
/// again.
final class NodeLoop {
  /// What moves on by turns.
  interface Turns {
    /// @return whether more is to do at once, after the sockets were looked at
    boolean turn();

    /// When to turn even if nothing happens: by the monotonic clock, nanoseconds.
    long nextDeadline();

    /// The loop was held up for so long that others may miss signs of life.
    default void late() {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(NodeLoop.class);
  private static final long NEVER = Long.MAX_VALUE;

  /// Being late by more than this is worth a line: others may soon take the node for dead.
  private static final long LATE = 300_000_000;

  private static final long MILLISECOND = 1_000_000;

  private final SingleThreadEventLoop loop;
  private final Turns node;
  private final Consumer<Throwable> failed;

  private boolean turnPlanned;
  private boolean stopped = true;
  private boolean broken;
  private long wakeAt = NEVER;
  private @Nullable ScheduledFuture<?> wake;

  /// @param failed told when the node cannot go on; the process must end
  NodeLoop(SingleThreadEventLoop loop, Turns node, Consumer<Throwable> failed) {
    this.loop = loop;
    this.node = node;
    this.failed = failed;
  }

  /// The node has started: turns begin. On the loop.
  void start() {
    stopped = false;
    happened();
  }

  /// Something was taken in: a turn follows. On the loop.
  void happened() {
    if (!turnPlanned && !stopped) {
      turnPlanned = true;
      loop.execute(this::turn);
    }
  }

  /// Takes something in; a turn follows. On the loop.
  ///
  /// What it throws came out of the middle of a change, so the node cannot go on, and this is the
  /// last that it took in.
  void take(Runnable event) {
    take(
        () -> {
          event.run();
          return true;
        },
        false);
  }

  /// Takes something in that has an answer.
  ///
  /// @param otherwise the answer of a node that cannot go on
  <T> T take(Supplier<T> event, T otherwise) {
    if (broken) {
      return otherwise;
    }
    try {
      var answer = event.get();
      happened();
      return answer;
    } catch (Throwable e) {
      fail(e);
      return otherwise;
    }
  }

  /// The node cannot go on: no further turn begins, and nothing more is taken in. On the loop.
  void fail(Throwable why) {
    stop();
    if (!broken) {
      broken = true;
      failed.accept(why);
    }
  }

  /// Whether the node cannot go on.
  boolean isBroken() {
    return broken;
  }

  private void turn() {
    turnPlanned = false;
    if (stopped) {
      return;
    }
    long start = System.nanoTime();
    try {
      if (!node.turn()) {
        planWake();
      } else if (!turnPlanned) {
        turnPlanned = true;
        // A task that is given from a task runs before the sockets are looked at again.
        loop.executeAfterEventLoopIteration(() -> loop.execute(this::turn));
      }
    } catch (Throwable e) {
      fail(e);
    }
    long took = System.nanoTime() - start;
    if (took > LATE) {
      node.late();
      LOG.warn("the node was busy or its disk slow for {} ms", took / MILLISECOND);
    }
  }

  private void planWake() {
    long deadline = node.nextDeadline();
    if (deadline >= wakeAt) {
      return;
    }
    if (wake != null) {
      wake.cancel(false);
    }
    wakeAt = deadline;
    long wait = Math.max(0, deadline - System.nanoTime());
    wake = loop.schedule(this::wake, wait, TimeUnit.NANOSECONDS);
  }

  private void wake() {
    long late = System.nanoTime() - wakeAt;
    if (late > LATE) {
      node.late();
      LOG.warn("the node came {} ms late: the machine is overloaded or paused", late / MILLISECOND);
    }
    wakeAt = NEVER;
    happened();
  }

  /// No further turn begins. On the loop.
  void stop() {
    stopped = true;
    if (wake != null) {
      wake.cancel(false);
    }
  }
}
