package io.quorate.replica;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Applies what is decided *and* durable here, in order, in slices of time, so that a long batch
/// never holds up a heartbeat.
final class Applier<R> {
  /// Decided entries held in memory; what is beyond is read back from the journal when its turn
  /// comes.
  private static final long QUEUE_BYTES = 16 << 20;

  /// The part of an entry's commands that is still to do.
  private final class InProgress {
    final @Nullable BatchId batch;
    final boolean mine;
    final List<Bytes> commands;
    final List<@Nullable R> results = new ArrayList<>();
    int next;
    boolean admitted;

    /// @param next how many commands took effect already
    InProgress(@Nullable BatchId batch, boolean mine, List<Bytes> commands, int next) {
      require(next <= commands.size(), "%d commands of %d were applied", next, commands.size());
      this.batch = batch;
      this.mine = mine;
      this.commands = commands;
      this.next = next;
    }
  }

  private final StateMachine<R> machine;
  private final ReplicaId self;
  private final long incarnation;
  private final Supplier<Era> era;
  private final LongSupplier clock;
  private final ReplicaListener<R> listener;
  private final ArrayDeque<Entry> queue = new ArrayDeque<>();

  private BatchWindows windows;
  private Point applied;

  /// How many commands of the next entry took effect before this life.
  private int begun;

  private long decided;
  private long queuedBytes;
  private @Nullable InProgress inProgress;
  private boolean waiting;

  /// Tells apart what was waited for: what a replaced state still has to say wakes nobody.
  private long waits;

  Applier(
      StateMachine<R> machine,
      ReplicaId self,
      long incarnation,
      Supplier<Era> era,
      LongSupplier clock,
      ReplicaListener<R> listener) {
    this.machine = machine;
    this.self = self;
    this.incarnation = incarnation;
    this.era = era;
    this.clock = clock;
    this.listener = listener;
    var durable = machine.durable();
    this.applied = durable.applied();
    this.begun = durable.begun();
    this.decided = applied.index();
    this.windows = durable.kept().isEmpty() ? new BatchWindows() : Kept.with(durable).windows();
  }

  Point applied() {
    return applied;
  }

  long decided() {
    return decided;
  }

  /// Bytes decided and not yet applied, as far as they are in memory.
  long queuedBytes() {
    return queuedBytes;
  }

  /// Whether so much waits that no more should be proposed.
  boolean isFull() {
    return queuedBytes >= QUEUE_BYTES;
  }

  /// These entries are being journaled, and will be decided with some luck.
  void expect(List<Entry> entries) {
    for (var entry : entries) {
      if (entry.payload() instanceof Payload.Batch(var _, var commands)) {
        try {
          machine.expect(Commands.split(commands));
        } catch (MalformedException e) {
          // It will be skipped when its turn comes.
        }
      }
    }
  }

  /// These entries follow what was decided before.
  void decided(List<Entry> entries) {
    for (var entry : entries) {
      require(entry.index() == decided + 1, "decided %d after %d", entry.index(), decided);
      if (nextToQueue() == entry.index() && (queuedBytes < QUEUE_BYTES || queue.isEmpty())) {
        enqueue(entry);
      }
      decided++;
    }
  }

  private void enqueue(Entry entry) {
    queue.addLast(entry);
    queuedBytes += entry.size();
  }

  /// Everything up to here is decided, and what of it is not queued stands in the journal.
  void decidedUpTo(long index) {
    decided = Math.max(decided, index);
  }

  /// The first decided entry that is not in memory.
  private long nextToQueue() {
    return queue.isEmpty() ? applied.index() + 1 : queue.getLast().index() + 1;
  }

  /// The entry to read back from the journal, or 0 if the queue has what comes next.
  long missing() {
    return queue.isEmpty() && applied.index() < decided ? applied.index() + 1 : 0;
  }

  /// Entries that were read back.
  void readBack(List<Entry> entries) {
    for (var entry : entries) {
      if (entry.index() == nextToQueue() && entry.index() <= decided) {
        enqueue(entry);
      }
    }
  }

  /// Whether applying would get on.
  boolean canApply(EntryIndex index, long durableFrame) {
    return !waiting && !queue.isEmpty() && isDurable(queue.getFirst(), index, durableFrame);
  }

  private static boolean isDurable(Entry entry, EntryIndex index, long durableFrame) {
    return index.frameOf(entry.index()) <= durableFrame;
  }

  /// Applies until nothing is left, the state machine must wait, or the time is up; at least one
  /// command.
  void apply(EntryIndex index, long durableFrame, long budget) {
    long end = clock.getAsLong() + budget;
    var before = applied;
    while (canApply(index, durableFrame)) {
      var current = inProgress == null ? begin(queue.getFirst()) : inProgress;
      inProgress = current;
      if (!work(current, end)) {
        break;
      }
      inProgress = null;
      finish(current);
      if (clock.getAsLong() - end >= 0) {
        break;
      }
    }
    if (applied.index() > before.index()) {
      listener.progressed();
    }
  }

  private InProgress begin(Entry entry) {
    int next = begun;
    begun = 0;
    if (!(entry.payload() instanceof Payload.Batch(var id, var commands)) || !windows.admits(id)) {
      return new InProgress(null, false, List.of(), next);
    }
    boolean mine = id.origin().equals(self) && id.incarnation() == incarnation;
    try {
      return new InProgress(id, mine, Commands.split(commands), next);
    } catch (MalformedException e) {
      // Every replica sees the same bytes and skips them; nobody was ever told otherwise.
      return new InProgress(id, false, List.of(), next);
    }
  }

  /// @return whether all commands of the entry are done
  private boolean work(InProgress current, long end) {
    boolean wanted = current.mine;
    while (current.next < current.commands.size()) {
      waiting = true;
      if (!isReady(current)) {
        return false;
      }
      waiting = false;
      var result = machine.apply(current.commands.get(current.next++), wanted);
      if (wanted) {
        current.results.add(result);
      }
      if (current.next < current.commands.size() && clock.getAsLong() - end >= 0) {
        return false;
      }
    }
    return true;
  }

  private boolean isReady(InProgress current) {
    long wait = ++waits;
    Runnable ready = () -> waiting = waiting && wait != waits;
    if (current.admitted) {
      return machine.hasRoom(current.commands.get(current.next), ready);
    }
    var rest = current.commands.subList(current.next, current.commands.size());
    current.admitted = machine.ready(rest, ready);
    return current.admitted;
  }

  private void finish(InProgress done) {
    var entry = queue.removeFirst();
    queuedBytes -= entry.size();
    applied = entry.point();
    if (done.batch != null) {
      // Only now: what is kept tells of the state that it is kept with.
      windows.add(done.batch);
    }
    machine.applied(applied, this::kept);
    if (done.batch != null && done.mine) {
      listener.applied(done.batch, done.results);
    }
  }

  private Bytes kept() {
    return new Kept(era.get(), windows).encode();
  }

  /// The state machine was replaced by a newer state.
  void jump(StateMachine.Durable to) {
    require(to.applied().index() > applied.index(), "state %s over %s", to.applied(), applied);
    applied = to.applied();
    begun = to.begun();
    windows = Kept.with(to).windows();
    decided = Math.max(decided, applied.index());
    inProgress = null;
    waiting = false;
    waits++;
    while (!queue.isEmpty() && queue.getFirst().index() <= applied.index()) {
      queuedBytes -= queue.removeFirst().size();
    }
    listener.jumped(windows::admits);
    listener.progressed();
  }
}
