package io.quorate.server;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.quorate.node.Node;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The event loop that owns a node: sockets and the node share its thread.
///
/// Whatever is read from sockets is only queued; the turn that handles it is a task, and so runs
/// once all sockets that are ready have been read.
final class NodeLoop {
  private static final long NEVER = Long.MAX_VALUE;

  private final EventLoop loop;
  private final Node<?> node;
  private final Consumer<Throwable> failed;

  private boolean turnPlanned;
  private boolean stopped = true;
  private long wakeAt = NEVER;
  private @Nullable ScheduledFuture<?> wake;

  /// @param failed told when the node cannot go on; the process must end
  NodeLoop(EventLoop loop, Node<?> node, Consumer<Throwable> failed) {
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
  }

  private void planWake() {
    long deadline = node.nextDeadline();
    if (deadline >= wakeAt || deadline == NEVER) {
      return;
    }
    if (wake != null) {
      wake.cancel(false);
    }
    long now = System.nanoTime();
    if (deadline <= now) {
      happened();
      return;
    }
    wakeAt = deadline;
    wake =
        loop.schedule(
            () -> {
              wakeAt = NEVER;
              happened();
            },
            deadline - now,
            TimeUnit.NANOSECONDS);
  }

  /// No further turn begins. On the loop.
  void stop() {
    stopped = true;
    if (wake != null) {
      wake.cancel(false);
    }
  }
}
