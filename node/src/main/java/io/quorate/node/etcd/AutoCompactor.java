package io.quorate.node.etcd;

import io.quorate.node.Call;
import io.quorate.node.Node;
import io.quorate.node.Unanswered;
import io.quorate.store.Command;
import io.quorate.store.Failure;
import io.quorate.store.KvStore;
import io.quorate.store.Outcome;
import io.quorate.store.Request;
import java.util.ArrayDeque;

/// Compacts by itself what is older than a rule says (etcd-F13). Every node looks at the revisions
/// as time goes by, and only the leader acts, so that a new one goes on at once.
public final class AutoCompactor {
  /// What stays.
  public sealed interface Retention {
    /// What was written within this time: nanoseconds.
    record Time(long nanos) implements Retention {}

    /// So many revisions.
    record Revisions(long count) implements Retention {}
  }

  private static final long MINUTE = 60_000_000_000L;
  private static final long HOUR = 60 * MINUTE;
  private static final long MIN_TICK = 1_000_000;

  /// How often it is looked at in the time between two compactions, and a failed one tried again.
  private static final int TICKS = 10;

  private final Node<Outcome> node;
  private final KvStore store;
  private final Retention retention;
  private final long tick;

  /// The store's revision at each of the last ticks; the oldest one is as old as the retention.
  private final ArrayDeque<Long> revisions = new ArrayDeque<>();

  private long ticks;
  private long compactedAt = -TICKS;
  private boolean underWay;

  public AutoCompactor(Node<Outcome> node, KvStore store, Retention retention) {
    this.node = node;
    this.store = store;
    this.retention = retention;
    this.tick =
        switch (retention) {
          case Retention.Time(long nanos) -> Math.max(Math.min(nanos, HOUR) / TICKS, MIN_TICK);
          case Retention.Revisions _ -> 5 * MINUTE;
        };
    sleep();
  }

  private void sleep() {
    if (retention instanceof Retention.Time(long nanos)) {
      revisions.addLast(store.revision());
      if (revisions.size() >= Math.ceilDiv(nanos, tick)) {
        node.after(tick, () -> look(revisions.removeFirst()));
        return;
      }
    }
    node.after(tick, () -> look(newestToForget()));
  }

  /// By number the newest revision that may go; by time none yet.
  private long newestToForget() {
    return retention instanceof Retention.Revisions(long count) ? store.revision() - count : 0;
  }

  private void look(long revision) {
    ticks++;
    boolean isDue = retention instanceof Retention.Revisions || ticks - compactedAt >= TICKS;
    boolean isNews = revision > Math.max(store.compacted(), 0);
    if (isDue && isNews && !underWay && node.group().leads()) {
      compact(revision);
    }
    sleep();
  }

  private void compact(long revision) {
    underWay = true;
    var request = new Request.Compact(revision, false).encode();
    node.group()
        .propose(
            Command.of(Command.Type.COMPACT, request).encode(),
            new Call<>() {
              @Override
              public void done(Outcome outcome) {
                underWay = false;
                if (outcome instanceof Outcome.Done || isCompacted(outcome)) {
                  compactedAt = ticks;
                }
              }

              @Override
              public void unanswered(Unanswered why) {
                underWay = false;
              }
            });
  }

  private static boolean isCompacted(Outcome outcome) {
    return outcome instanceof Outcome.Failed(var why) && why == Failure.COMPACTED;
  }
}
