package io.quorate.store;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.replica.StateMachine.Durable;
import io.quorate.replica.Worker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Takes what was applied from the overlay into the engine: one generation at a time, in one write
/// with the point that it reaches. What is applied meanwhile fills the next one.
///
/// A generation may end between any two commands, so that an entry of many large ones never has to
/// be on the heap as a whole: the point is the last whole entry and a number of commands.
final class Drains {
  /// Keys that come into the cache at once: where more have changed, to forget all is less work for
  /// the loop.
  private static final int AT_ONCE = 10_000;

  /// When a generation is large enough to be taken at once.
  ///
  /// @param commands so many
  /// @param bytes or so much
  record Size(int commands, long bytes) {}

  /// @param generation that must be in the engine
  /// @param whole whether the engine may hold no part of an entry then
  private record Waiter(long generation, boolean whole, Runnable action) {}

  private final SharedEngine engine;
  private final Worker storage;
  private final Overlay overlay;
  private final NewestCache cache;
  private final Supplier<Meta.Revisions> revisions;
  private final Size size;
  private final List<Waiter> waiters = new ArrayList<>();
  private final List<Runnable> roomWaiters = new ArrayList<>();

  /// The number of the generation that is being filled.
  private long filling = 1;

  private int commands;
  private boolean dirty;
  private boolean asked;

  /// Whether a command takes effect just now: whoever is told of a part of it may ask for a state
  /// that is drained, and no generation ends before all of it is there.
  private boolean withinCommand;

  private Point applied;
  private Supplier<Bytes> kept;

  /// How many commands took effect behind the last whole entry.
  private int begun;

  /// @param stored what the engine holds
  Drains(
      SharedEngine engine,
      Worker storage,
      Overlay overlay,
      NewestCache cache,
      Durable stored,
      Supplier<Meta.Revisions> revisions,
      Size size) {
    this.engine = engine;
    this.storage = storage;
    this.overlay = overlay;
    this.cache = cache;
    this.applied = stored.applied();
    this.kept = stored::kept;
    this.begun = stored.begun();
    this.revisions = revisions;
    this.size = size;
  }

  /// A command of an entry begins to take effect.
  void commandBegins() {
    require(!withinCommand, "a command within another");
    withinCommand = true;
    begun++;
    commands++;
    dirty = true;
  }

  /// Its effect is whole.
  void commandEnds() {
    withinCommand = false;
  }

  /// The entry's effect is whole.
  void applied(Point point, Supplier<Bytes> keptThen) {
    applied = point;
    kept = keptThen;
    begun = 0;
    dirty = true;
    proceed();
  }

  boolean isWithinEntry() {
    return begun > 0;
  }

  /// Whether everything applied is in the engine.
  boolean isDrained() {
    return !dirty && overlay.draining() == null;
  }

  /// Takes what there is into the engine soon, however little.
  void ask() {
    asked = asked || dirty;
    proceed();
  }

  /// Runs something on the loop once all that was applied before is in the engine: within this call
  /// if it is.
  void whenDrained(Runnable action) {
    await(false, action);
  }

  /// The same, at a moment when the engine holds no part of an entry.
  void whenWhole(Runnable action) {
    await(true, action);
  }

  private void await(boolean whole, Runnable action) {
    boolean unfinished = whole && isWithinEntry();
    if (isDrained() && !unfinished) {
      action.run();
    } else {
      waiters.add(new Waiter(dirty || unfinished ? filling : filling - 1, whole, action));
      proceed();
    }
  }

  /// Whether the next entry may not begin before what was applied is on its way: somebody waits for
  /// a whole state, and would for ever if each generation ended within an entry.
  boolean mustSealFirst() {
    return dirty && !isWithinEntry() && waiters.stream().anyMatch(Waiter::whole);
  }

  /// Runs something on the loop once a generation has left the overlay.
  void whenRoom(Runnable action) {
    roomWaiters.add(action);
    ask();
  }

  /// Takes what there is into the engine if that is due.
  void proceed() {
    if (dirty && !withinCommand && overlay.draining() == null && isDue()) {
      seal();
    }
  }

  private boolean isDue() {
    return asked
        || commands >= size.commands
        || overlay.filling().bytes() >= size.bytes
        || (!waiters.isEmpty()
            && (!isWithinEntry() || waiters.stream().anyMatch(waiter -> !waiter.whole)));
  }

  private void seal() {
    var batch = new Batch();
    boolean whole = !isWithinEntry();
    Meta.putApplied(batch, new Durable(applied, kept.get(), begun));
    Meta.putRevisions(batch, revisions.get());
    var generation = overlay.seal();
    long number = filling++;
    commands = 0;
    dirty = false;
    asked = false;
    engine.run(
        storage,
        to -> {
          generation.addTo(batch);
          to.write(batch);
          return number;
        },
        drained -> drained(drained, whole));
  }

  private void drained(long number, boolean whole) {
    var newest = overlay.drop().newest();
    if (newest.size() > AT_ONCE) {
      cache.clear();
    } else {
      newest.forEach(this::cache);
    }
    answer(number, whole);
    var forRoom = List.copyOf(roomWaiters);
    roomWaiters.clear();
    proceed();
    forRoom.forEach(Runnable::run);
  }

  private void cache(Bytes key, Generation.Change change) {
    var version = change.version();
    if (version.isDelete()) {
      cache.put(key, null, null);
    } else {
      cache.put(key, version, change.keyValue());
    }
  }

  private void answer(long number, boolean whole) {
    var due = new ArrayDeque<Waiter>();
    waiters.removeIf(waiter -> {
      if (waiter.generation > number || (waiter.whole && !whole)) {
        return false;
      } else if (waiter.whole) {
        // Before others can begin a write that would end within an entry.
        due.addFirst(waiter);
      } else {
        due.addLast(waiter);
      }
      return true;
    });
    due.forEach(waiter -> waiter.action.run());
  }
}
