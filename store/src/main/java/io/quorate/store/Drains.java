package io.quorate.store;

import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.replica.StateMachine.Durable;
import io.quorate.replica.Worker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Takes what was applied from the overlay into the engine: one generation at a time, in one write
/// with the last entry that is in it. What is applied meanwhile fills the next one.
///
/// A generation ends between two entries only, so that an engine never holds a part of one.
final class Drains {
  /// When a generation is large enough to be taken at once.
  ///
  /// @param commands so many
  /// @param bytes or so much
  record Size(int commands, long bytes) {}

  private record Waiter(long generation, Runnable action) {}

  private final SharedEngine engine;
  private final Worker storage;
  private final Overlay overlay;
  private final NewestCache cache;
  private final Supplier<Meta.Revisions> revisions;
  private final Size size;
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
  private final List<Runnable> roomWaiters = new ArrayList<>();

  /// The number of the generation that is being filled.
  private long filling = 1;

  private int commands;
  private boolean withinEntry;
  private boolean dirty;
  private boolean asked;
  private Point applied = Point.ORIGIN;
  private Supplier<Bytes> kept = () -> Bytes.EMPTY;

  Drains(
      SharedEngine engine,
      Worker storage,
      Overlay overlay,
      NewestCache cache,
      Supplier<Meta.Revisions> revisions,
      Size size) {
    this.engine = engine;
    this.storage = storage;
    this.overlay = overlay;
    this.cache = cache;
    this.revisions = revisions;
    this.size = size;
  }

  /// A command of an entry takes effect.
  void command() {
    withinEntry = true;
    commands++;
  }

  /// The entry's effect is whole.
  void applied(Point point, Supplier<Bytes> keptThen) {
    applied = point;
    kept = keptThen;
    withinEntry = false;
    dirty = true;
    sealIfDue();
  }

  /// Whether everything applied is in the engine.
  boolean isDrained() {
    return !dirty && !withinEntry && overlay.draining() == null;
  }

  /// Takes what there is into the engine soon, however little.
  void ask() {
    asked = asked || dirty || withinEntry;
    sealIfDue();
  }

  /// Runs something on the loop once all that was applied before is in the engine: within this call
  /// if it is.
  void whenDrained(Runnable action) {
    if (isDrained()) {
      action.run();
      return;
    }
    waiters.addLast(new Waiter(dirty || withinEntry ? filling : filling - 1, action));
    ask();
  }

  /// Runs something on the loop once a generation has left the overlay.
  void whenRoom(Runnable action) {
    roomWaiters.add(action);
    ask();
  }

  /// Takes even a part of an entry: only where what the engine holds will not be found again.
  void abandonEntry() {
    dirty = dirty || withinEntry;
    withinEntry = false;
    ask();
  }

  private void sealIfDue() {
    boolean due = asked || commands >= size.commands || overlay.filling().bytes() >= size.bytes;
    if (due && dirty && !withinEntry && overlay.draining() == null) {
      seal();
    }
  }

  private void seal() {
    var batch = new Batch();
    Meta.putApplied(batch, new Durable(applied, kept.get()));
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
        this::drained);
  }

  private void drained(long number) {
    overlay
        .drop()
        .newest()
        .forEach((key, change) -> {
          var version = change.version();
          if (version.isDelete()) {
            cache.put(key, null, null);
          } else {
            cache.put(key, version, change.keyValue());
          }
        });
    while (!waiters.isEmpty() && waiters.getFirst().generation <= number) {
      waiters.removeFirst().action.run();
    }
    var forRoom = List.copyOf(roomWaiters);
    roomWaiters.clear();
    forRoom.forEach(Runnable::run);
    asked = asked || !waiters.isEmpty();
    sealIfDue();
  }
}
