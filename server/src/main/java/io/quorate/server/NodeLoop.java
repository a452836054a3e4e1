package io.quorate.server;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The event loop that owns a node: sockets and the node share its thread.
///
/// Whatever is read from sockets is only queued; the turn that handles it is a task, and so runs
/// once all sockets that are ready have been read.
final class NodeLoop {
  /// What moves on by turns.
  interface Turns {
    /// @return whether more is to do at once
    boolean turn();

    /// When to turn even if nothing happens: by the monotonic clock, nanoseconds.
    long nextDeadline();
  }

  private static final Logger LOG = LoggerFactory.getLogger(NodeLoop.class);
  private static final long NEVER = Long.MAX_VALUE;

  /// Being late by more than this is worth a line: others may soon take the node for dead.
  private static final long LATE = 300_000_000;

  private static final long MILLISECOND = 1_000_000;

  private final EventExecutor loop;
  private final Turns node;
  private final Consumer<Throwable> failed;

  private boolean turnPlanned;
  private boolean stopped = true;
  private long wakeAt = NEVER;
  private @Nullable ScheduledFuture<?> wake;

  /// @param failed told when the node cannot go on; the process must end
  NodeLoop(EventExecutor loop, Turns node, Consumer<Throwable> failed) {
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

  private void turn() {
    turnPlanned = false;
    if (stopped) {
      return;
    }
    long start = System.nanoTime();
    try {
      if (node.turn()) {
        happened();
      } else {
        planWake();
      }
    } catch (Throwable e) {
      stopped = true;
      failed.accept(e);
    }
    long took = System.nanoTime() - start;
    if (took > LATE) {
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
