package io.quorate.simulation;

import io.quorate.consensus.Era;
import io.quorate.consensus.Input;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Point;
import io.quorate.consensus.Status;
import io.quorate.consensus.wire.Bytes;
import io.quorate.journal.DamageException;
import io.quorate.journal.DiskException;
import io.quorate.node.Network;
import io.quorate.node.Node;
import io.quorate.simulation.watch.Emission;
import io.quorate.simulation.watch.JournalFrames;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A machine on which one node lives, dies and lives again: it has the clock, the disk and what the
/// state machine's storage holds.
///
/// @param <R> what a command comes to
final class SimulatedHost<R>
    implements SimulatedNetwork.Host, SimulatedDisk.Surroundings, ObservedProtocol.Observer {
  private static final long MICROSECOND = 1_000;
  private static final int NEVER = Integer.MAX_VALUE;

  /// How fast a host is.
  ///
  /// @param flush nanoseconds that a flush mostly takes
  /// @param work nanoseconds that a worker's task mostly takes
  /// @param within how often a flush that may take place within the call does
  record Speed(long flush, long work, double within) {
    static final Speed USUAL = new Speed(200 * MICROSECOND, 100 * MICROSECOND, 0.5);
  }

  /// Makes nodes on this host.
  interface Maker<R> {
    Node<R> make(SimulatedHost<R> host);
  }

  private final long id;
  private final World<R> world;
  private final Draw draw;
  private final Maker<R> maker;
  private final SimulatedDisk disk;
  private final SimulatedClock clock;

  private SimulatedWorker storage;
  private SimulatedWorker reader;
  private @Nullable Node<R> node;
  private int life;
  private boolean turnPlanned;
  private long wakeAt = Long.MAX_VALUE;
  private long busyUntil;
  private long stallUntil;
  private int effectsLeft = NEVER;
  private SimulatedDisk.Loss loss = SimulatedDisk.Loss.EVERYTHING;
  private final Lasting<Speed> speed = new Lasting<>(Speed.USUAL);
  private double endsAfterCatchUp;
  private int endsWithin;
  private long endsFor;
  private int failsAfter = NEVER;
  private boolean lost;
  private @Nullable String failure;
  private @Nullable Bytes frameUnderWay;
  private @Nullable String frameFile;
  private long framePosition;
  private boolean tornTail;

  SimulatedHost(long id, World<R> world, Draw draw, Maker<R> maker) {
    this.id = id;
    this.world = world;
    this.draw = draw;
    this.maker = maker;
    this.disk = new SimulatedDisk(draw.split(), this);
    this.clock = new SimulatedClock(this::trueTime);
    this.storage = newWorker();
    this.reader = newWorker();
  }

  /// The true time at which whatever happens here happens: later than the world's while the host is
  /// busy.
  @Override
  public long trueTime() {
    return Math.max(world.timeline().now(), busyUntil);
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public boolean isUp() {
    return node != null;
  }

  @Nullable Node<R> node() {
    return node;
  }

  SimulatedDisk disk() {
    return disk;
  }

  SimulatedClock clock() {
    return clock;
  }

  Draw draw() {
    return draw;
  }

  /// @return ends that it is so fast
  Runnable begin(Speed now) {
    return speed.begin(now);
  }

  /// How likely the node ends, within so many operations and for so long, after it caught up by
  /// itself.
  void endsAfterCatchUp(double probability, int operations, long away) {
    endsAfterCatchUp = probability;
    endsWithin = operations;
    endsFor = away;
  }

  /// The disk fails at its `operations`th operation from now on, once.
  void failAfter(int operations) {
    failsAfter = operations;
  }

  /// Turns over a bit of the journal in a frame that a later one proves.
  ///
  /// @return whether there was such a frame
  boolean rot() {
    var proven = ProvenFrames.on(disk);
    if (proven.isEmpty() || lost) {
      return false;
    }
    var place = draw.pick(proven);
    disk.rot(place.file(), place.offset() + draw.below(place.length()), draw.below(8));
    loseForGood();
    return true;
  }

  /// Puts an empty disk in the place of the present one. The node is down.
  void wipe() {
    disk.wipe();
    loseForGood();
  }

  /// From now on the node may have to stay out of every quorum.
  private void loseForGood() {
    lost = true;
    world.lost(this);
  }

  /// Whether what the node held is lost for good.
  boolean isLost() {
    return lost;
  }

  /// No fault is in store for it any more.
  void heal() {
    effectsLeft = NEVER;
    failsAfter = NEVER;
    endsAfterCatchUp = 0;
    speed.endAll();
    stallUntil = 0;
    disk.capacity(Long.MAX_VALUE);
  }

  /// Why the node went down by itself last, if it did.
  @Nullable String failure() {
    return failure;
  }

  // Life and death

  /// Starts the node, unless it is up.
  void start() {
    if (node != null) {
      return;
    }
    life++;
    failure = null;
    world.started(this);
    world.trace().line(() -> "node %s starts".formatted(this));
    if (tornTail) {
      world.moments().saw("restart with a torn tail");
      tornTail = false;
    }
    turnPlanned = false;
    wakeAt = Long.MAX_VALUE;
    storage = newWorker();
    reader = newWorker();
    var made = maker.make(this);
    node = made;
    guarded(() -> {
      made.start();
      world.network().up(this);
      planTurn();
    });
  }

  /// Ends the node at its `effects`th operation from now on.
  void crashAfter(int effects, SimulatedDisk.Loss how) {
    effectsLeft = effects;
    loss = how;
  }

  /// Ends the node now.
  void crash(SimulatedDisk.Loss how) {
    if (node == null) {
      return;
    }
    node = null;
    life++;
    effectsLeft = NEVER;
    world
        .trace()
        .line(() -> "node %s is down, of what was not forced it loses %s".formatted(this, how));
    disk.crash(how);
    var underWay = frameUnderWay;
    frameUnderWay = null;
    if (underWay != null) {
      world.moments().saw("crash in the middle of a journal write");
      if (survived(underWay)) {
        world.watch().durable(id, underWay);
      } else {
        tornTail |= isTorn(underWay);
      }
    }
    world.watch().crashed(id);
    world.network().down(this);
  }

  /// Whether something of a frame is on the disk, though not all of it.
  private boolean isTorn(Bytes frame) {
    if (frameFile == null) {
      return false;
    }
    var durable = disk.durable(frameFile);
    long end = Math.min(durable.length(), framePosition + JournalFrames.length(frame));
    for (long at = framePosition; at < end; at++) {
      if (durable.at((int) at) != 0) {
        return true;
      }
    }
    return false;
  }

  private boolean survived(Bytes frame) {
    if (frameFile == null) {
      return false;
    }
    // The zeros behind its body, up to the next sector, are no part of it.
    int length = JournalFrames.length(frame);
    var durable = disk.durable(frameFile);
    return durable.length() >= framePosition + length
        && durable.slice((int) framePosition, length).equals(frame.slice(0, length));
  }

  /// The node does nothing for a while: a pause that it does not notice.
  void pause(long nanos) {
    busyUntil = Math.max(busyUntil, world.timeline().now() + nanos);
  }

  /// If a flush begins within that time, it takes up all that is left of it, within a turn. The
  /// time is the world's, for else a stall of a host that is busy could outlast the time of faults.
  void stallNextFlush(long nanos) {
    stallUntil = world.timeline().now() + nanos;
  }

  private interface Work {
    void run() throws DamageException;
  }

  private void guarded(Work work) {
    try {
      work.run();
    } catch (SimulatedCrash e) {
      crash(loss);
    } catch (DamageException | DiskException e) {
      failure = e.getMessage();
      world.trace().line(() -> "node %s ends: %s".formatted(this, e.getMessage()));
      crash(SimulatedDisk.Loss.EVERYTHING);
    }
  }

  // What happens to it

  @Override
  public void deliver(long delay, Consumer<Network.Owner> event) {
    int then = life;
    world
        .timeline()
        .in(
            delay,
            () -> {
              var running = node;
              if (life == then && running != null) {
                onLoop(() -> event.accept(running.peers()));
              }
            });
  }

  /// Runs something on the node's loop, once it is free; a turn follows.
  void onLoop(Runnable action) {
    int then = life;
    if (busyUntil > world.timeline().now()) {
      world
          .timeline()
          .at(
              busyUntil,
              () -> {
                if (life == then && node != null) {
                  onLoop(action);
                }
              });
      return;
    }
    guarded(action::run);
    if (life == then) {
      planTurn();
    }
  }

  private void planTurn() {
    if (!turnPlanned) {
      turnPlanned = true;
      plan(trueTime() + 1 + draw.below(20 * MICROSECOND), this::turn);
    }
  }

  private void plan(long time, Runnable action) {
    int then = life;
    world
        .timeline()
        .at(
            time,
            () -> {
              if (life == then && node != null) {
                if (busyUntil > world.timeline().now()) {
                  plan(busyUntil, action);
                } else {
                  action.run();
                }
              }
            });
  }

  private void turn() {
    turnPlanned = false;
    var running = node;
    if (running == null) {
      return;
    }
    guarded(() -> {
      boolean more = running.turn();
      world.turned(this);
      if (more) {
        planTurn();
      } else {
        planWake(running);
      }
    });
  }

  private void planWake(Node<R> running) {
    long deadline = running.nextDeadline();
    if (deadline == Long.MAX_VALUE) {
      return;
    }
    long due = clock.trueTimeOf(deadline);
    if (due < wakeAt || wakeAt <= world.timeline().now()) {
      wakeAt = due;
      plan(
          due,
          () -> {
            if (wakeAt == due) {
              wakeAt = Long.MAX_VALUE;
            }
            planTurn();
          });
    }
  }

  private SimulatedWorker newWorker() {
    return new SimulatedWorker(
        this::trueTime,
        () -> draw.delay(speed.now().work),
        (time, action) -> plan(time, () -> guarded(action::run)),
        (time, action) -> plan(time, () -> onLoop(action)));
  }

  /// Who writes to storage and deletes there, for all of the node: one task after the other.
  SimulatedWorker storage() {
    return storage;
  }

  SimulatedWorker reader() {
    return reader;
  }

  // What its disk asks

  @Override
  public void effect(String what) {
    world.operation(this);
    if (effectsLeft != NEVER && effectsLeft-- <= 0) {
      throw new SimulatedCrash();
    }
    if (failsAfter != NEVER && failsAfter-- <= 0) {
      failsAfter = NEVER;
      throw new DiskException("cannot %s: input/output error".formatted(what));
    }
  }

  @Override
  public boolean flushesWithinCall() {
    if (trueTime() < stallUntil) {
      busyUntil = stallUntil;
      return true;
    }
    if (!draw.chance(speed.now().within)) {
      return false;
    }
    busyUntil = trueTime() + draw.delay(speed.now().flush);
    return true;
  }

  @Override
  public void later(Runnable action) {
    plan(trueTime() + draw.delay(speed.now().flush), () -> onLoop(action));
  }

  @Override
  public void appending(String file, long position, Bytes bytes) {
    frameFile = file;
    framePosition = position;
    frameUnderWay = bytes;
  }

  @Override
  public void appended() {
    var frame = frameUnderWay;
    frameUnderWay = null;
    if (frame != null) {
      world.watch().durable(id, frame);
    }
  }

  // What its machine does

  @Override
  public void began(Era era, Point decided, List<JournalRecord> records) {
    world.watch().began(id, era, decided, records);
  }

  @Override
  public void stepped(List<Input> inputs, List<Emission> emissions, Status after) {
    world.watch().stepping(id, trueTime());
    world.watch().stepped(id, inputs, emissions, after);
    if (world.trace().isOn()) {
      TraceWords.step(this, inputs, emissions).forEach(line -> world.trace().line(() -> line));
    }
    if (inputs.stream().anyMatch(input -> input instanceof Input.CaughtUp)
        && draw.chance(endsAfterCatchUp)) {
      crashAfter(draw.below(endsWithin), SimulatedDisk.Loss.EVERYTHING);
      world.timeline().in(endsFor, this::start);
    }
  }

  @Override
  public String toString() {
    return Long.toHexString(id);
  }

  /// For people: what the host waits for.
  String describe() {
    return "busy until %s, turn planned %s, wake at %s, disk busy %s"
        .formatted(busyUntil, turnPlanned, wakeAt, frameUnderWay != null);
  }
}
