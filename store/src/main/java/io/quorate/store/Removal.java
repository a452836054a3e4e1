package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.replica.Worker;
import io.quorate.store.Engine.Family;
import io.quorate.store.Meta.Removed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// Removes in the background what compactions have forgotten.
///
/// A walk over the changes between one compaction and the next, in their order, each of which tells
/// what it superseded: so the work is as much as was changed, however many keys there are. Its
/// progress stands in the engine with each step, so that it goes on after a crash.
final class Removal {
  /// Changes that are looked at in one step.
  private static final int STEP = 1000;

  /// Bytes of their keys after which a step ends, for a key may be as long as a request.
  private static final long STEP_BYTES = 1 << 20;

  /// What a step came to.
  ///
  /// @param versions that it removed
  private record Step(Removed now, int versions) {}

  private record Waiter(long compaction, Runnable action) {}

  private final SharedEngine engine;
  private final Worker storage;
  private final Drains drains;
  private final LongSupplier compacted;
  private final List<Waiter> waiters = new ArrayList<>();

  private Removed removed;
  private long count;
  private boolean working;
  private boolean stopped;

  Removal(SharedEngine engine, Worker storage, Drains drains, LongSupplier compacted) {
    this.engine = engine;
    this.storage = storage;
    this.drains = drains;
    this.compacted = compacted;
    this.removed = Meta.removed(engine.engine());
  }

  /// Begins with the last compaction, or goes on, unless all is done.
  void proceed() {
    if (working || stopped || isDone()) {
      return;
    }
    working = true;
    // Not before the engine knows of the compaction: no state may lack what it does not disown.
    drains.whenDrained(this::step);
  }

  private boolean isDone() {
    return removed.done() >= compacted.getAsLong();
  }

  /// Runs something on the loop once all that this compaction forgot is removed, durably.
  void whenRemoved(long compaction, Runnable action) {
    if (stopped || removed.done() >= compaction) {
      engine.run(
          storage,
          to -> {
            to.flush();
            return action;
          },
          Runnable::run);
    } else {
      waiters.add(new Waiter(compaction, action));
    }
  }

  private void step() {
    var from = removed;
    engine.run(storage, in -> step(in, from), this::stepped);
  }

  private void stepped(Step step) {
    var now = step.now;
    removed = now;
    count += step.versions;
    working = false;
    if (now.target() > now.done() && !stopped) {
      working = true;
      step();
    } else {
      proceed();
    }
    answer();
  }

  private void answer() {
    var due =
        waiters.stream().filter(waiter -> stopped || waiter.compaction <= removed.done()).toList();
    waiters.removeAll(due);
    due.forEach(waiter -> whenRemoved(waiter.compaction, waiter.action));
  }

  /// Versions of keys that were removed.
  long count() {
    return count;
  }

  /// Ends the work: the state that it was about is about to go.
  void stop() {
    stopped = true;
    answer();
  }

  /// Looks at some changes, removes what they superseded, and deletes that are old enough to be
  /// forgotten themselves (etcd-93).
  private static Step step(Engine engine, Removed before) {
    var from = before.target() > before.done() ? before : next(engine, before);
    var batch = new Batch();
    var now = Removed.upTo(from.target());
    try (var changes =
            engine.cursor(
                Family.REV,
                Layout.revision(from.mod(), from.sub()),
                Layout.revision(from.target() + 1, 0));
        var index = engine.cursor(Family.IDX, Bytes.EMPTY, null)) {
      int looked = 0;
      long bytes = 0;
      for (; changes.isValid() && looked < STEP && bytes < STEP_BYTES; changes.next(), looked++) {
        bytes += removeSuperseded(changes, index, from.target(), batch);
      }
      if (changes.isValid()) {
        var next = changes.key();
        now = new Removed(from.done(), from.target(), Layout.mod(next), Layout.sub(next));
      }
    }
    // Each has two entries.
    int versions = batch.changes().size() / 2;
    Meta.putRemoved(batch, now);
    engine.write(batch);
    return new Step(now, versions);
  }

  /// The beginning of the walk that the last compaction known to the engine asks for. It includes
  /// the revision of the one before, whose deletes were kept then.
  private static Removed next(Engine engine, Removed before) {
    long compacted = Meta.revisions(engine).compacted();
    return new Removed(before.done(), compacted, Math.max(before.done(), 0), 0);
  }

  /// @return the length of the key
  private static int removeSuperseded(
      EngineView.Cursor changes, EngineView.Cursor index, long target, Batch batch) {
    long mod = Layout.mod(changes.key());
    int sub = Layout.sub(changes.key());
    var escaped = Layout.escaped(KeyValues.key(changes.value()));
    index.seek(Layout.historyBefore(escaped, mod, sub));
    if (index.isValid() && Layout.escapedKeyOf(index.key()).equals(escaped)) {
      var superseded = Version.ofStored(index.value());
      remove(index.key(), superseded.mod(), superseded.sub(), batch);
    }
    if (mod < target && KeyValues.isDelete(changes.value())) {
      remove(Layout.history(escaped, mod, sub), mod, sub, batch);
    }
    return escaped.length();
  }

  private static void remove(Bytes entry, long mod, int sub, Batch batch) {
    batch.remove(Family.IDX, entry);
    batch.remove(Family.REV, Layout.revision(mod, sub));
  }
}
