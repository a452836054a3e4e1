package io.quorate.store;

import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.replica.StateMachine.Durable;
import io.quorate.replica.StateMachine.Image;
import io.quorate.store.Meta.Revisions;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The state that lives on one engine: all of a store that an installed image replaces.
final class KvState {
  private final KvStore.Ports ports;
  private final KvStore.Limits limits;
  private final SharedEngine engine;
  private final Overlay overlay = new Overlay();
  private final NewestCache cache;
  private final LayeredKeys keys;
  private final Drains drains;
  private final Readiness readiness;
  private final KvReads reads;
  private final Removal removal;
  private final TreeMap<Long, NodeEntry> nodes = new TreeMap<>(Long::compareUnsigned);
  private final Leases leases;
  private final Alarms alarms;
  private final long origin;
  private final WriteCounts counts;

  private Revisions revisions;
  private Durable durable;

  /// Bytes of the answers to commands of the entry that is being applied: they are all held until
  /// it has taken effect.
  private long answered;

  private @Nullable WriteObserver observer;

  /// @param counts takes what is written
  KvState(KvStore.Ports ports, KvStore.Limits limits, SharedEngine engine, WriteCounts counts) {
    this.ports = ports;
    this.limits = limits;
    this.engine = engine;
    this.counts = counts;
    var stored = engine.engine();
    Meta.claim(stored);
    this.revisions = Meta.revisions(stored);
    this.durable = Meta.durable(stored);
    Meta.nodes(stored).forEach(node -> nodes.put(node.id(), node));
    this.leases = new Leases(stored);
    this.alarms = new Alarms(Meta.alarms(stored));
    this.origin = Meta.origin(stored);
    this.cache = new NewestCache(limits.cacheBytes());
    this.keys = new LayeredKeys(overlay, cache, new EngineKeys(stored));
    this.drains =
        new Drains(
            engine,
            ports.storage(),
            overlay,
            cache,
            Meta.applied(stored),
            () -> revisions,
            new Drains.Size(limits.drainCommands(), limits.drainBytes()));
    var fetcher = new Fetcher(engine, ports.reader(), cache, limits.atOnce());
    var layers = new Layers(engine, ports.reader(), overlay, cache, keys, drains, fetcher);
    this.readiness = new Readiness(layers, limits, leases, alarms, () -> new Room(roomForAnswer()));
    this.reads = new KvReads(layers, limits.answerBytes(), () -> revisions);
    this.removal = new Removal(engine, ports.storage(), drains, () -> revisions.compacted());
    removal.proceed();
  }

  void observe(WriteObserver by) {
    observer = by;
    readiness.observe(by);
  }

  String directory() {
    return engine.directory();
  }

  Revisions revisions() {
    return revisions;
  }

  Alarms alarms() {
    return alarms;
  }

  long origin() {
    return origin;
  }

  List<NodeEntry> nodes() {
    return List.copyOf(nodes.values());
  }

  Readiness readiness() {
    return readiness;
  }

  KvReads reads() {
    return reads;
  }

  Leases leases() {
    return leases;
  }

  Drains drains() {
    return drains;
  }

  Removal removal() {
    return removal;
  }

  Engine engine() {
    return engine.engine();
  }

  /// The state goes: whoever still waits is answered from it.
  ///
  /// @param delete whether what it stored goes, too
  void retire(boolean delete) {
    removal.stop();
    if (delete) {
      drains.whenDrained(engine::releaseAndDelete);
    } else {
      engine.release();
    }
  }

  // Commands

  private long roomForAnswer() {
    return limits.answerBytes() - (drains.isWithinEntry() ? answered : 0);
  }

  Outcome apply(Bytes command, boolean wanted) {
    answered = drains.isWithinEntry() ? answered : 0;
    drains.commandBegins();
    var outcome = outcome(command, wanted);
    drains.commandEnds();
    if (outcome instanceof Outcome.Done(_, Bytes body)) {
      answered += body.length();
    }
    return outcome;
  }

  private Outcome outcome(Bytes command, boolean wanted) {
    try {
      return apply(Command.decode(command), wanted);
    } catch (MalformedException e) {
      return new Outcome.Failed(Failure.MALFORMED_REQUEST);
    }
  }

  private Outcome apply(Command command, boolean wanted) throws MalformedException {
    var bytes = command.request();
    return switch (command.type()) {
      case PUT -> write(Request.Put.read(bytes), wanted);
      case DELETE_RANGE ->
          readiness.isPrepared() ? adoptPrepared() : write(Request.DeleteRange.read(bytes), wanted);
      case TXN -> write(Request.Txn.read(bytes), wanted);
      case COMPACT -> compact(Request.Compact.read(bytes));
      case LEASE_GRANT -> grant(Request.LeaseGrant.read(bytes));
      case LEASE_REVOKE -> revoke(Request.LeaseRevoke.read(bytes));
      case BECOME_LESSOR -> becomeLessor(Lessorship.CODEC.decode(bytes));
      case ALARM -> change(Request.ChangeAlarm.read(bytes));
      case LEASE_EXPIRE -> expire(Expiry.CODEC.decode(bytes));
      case DIRECTORY -> foundDirectory(NodeEntry.LIST_CODEC.decode(bytes));
      case PUBLISH -> publish(Publication.CODEC.decode(bytes));
    };
  }

  private Outcome write(Request request, boolean wanted) {
    var failure = Validation.check(request);
    if (failure == null) {
      failure = alarms.refusal(request);
    }
    if (failure != null) {
      return new Outcome.Failed(failure);
    }
    var write = begin(new Room(roomForAnswer()));
    var outcome =
        switch (request) {
          case Request.Put put -> write.put(put, wanted);
          case Request.DeleteRange delete -> write.deleteRange(delete, wanted);
          case Request.Txn txn -> Transaction.apply(txn, keys, write, revisions, wanted);
          default -> throw new IllegalArgumentException("no write: " + request);
        };
    written(write);
    return write.answered(outcome);
  }

  private Write begin(Room room) {
    return new Write(keys, leases::contains, overlay.filling(), revisions.newest(), room);
  }

  private void written(Write write) {
    if (write.hasChanged()) {
      written(write.revision(), write.changes());
    }
  }

  private void written(long revision, List<Generation.Change> changes) {
    revisions = new Revisions(revision, revisions.compacted());
    counts.add(changes);
    if (observer != null) {
      observer.written(new Written(revision, changes, keys));
    }
  }

  private Outcome adoptPrepared() {
    var done = readiness.take();
    overlay.adopt(done.changes());
    done.writes().forEach(write -> written(write.revision(), write.changes()));
    return done.outcome();
  }

  private Outcome grant(Request.LeaseGrant grant) {
    var failure = alarms.refusal(grant);
    if (failure == null) {
      failure = leases.grant(grant, overlay.filling());
    }
    return failure == null
        ? new Outcome.Done(revisions.newest(), Responses.leaseGrant(grant))
        : new Outcome.Failed(failure);
  }

  private Outcome revoke(Request.LeaseRevoke revoke) {
    var refusal = alarms.refusal(revoke);
    if (refusal != null) {
      return new Outcome.Failed(refusal);
    }
    if (!leases.contains(revoke.id())) {
      return new Outcome.Failed(Failure.LEASE_NOT_FOUND);
    }
    revoke(List.of(revoke.id()), false);
    return done();
  }

  private Outcome expire(Expiry expiry) {
    if (alarms.isCorrupt()) {
      return new Outcome.Failed(Failure.CORRUPT);
    }
    if (expiry.lessor() == leases.lessorship().number()) {
      revoke(expiry.leases(), true);
    }
    return done();
  }

  /// The keys of each lease that exists go with it, in one revision (etcd-157).
  private void revoke(List<Long> ids, boolean expired) {
    boolean areKeysGone = readiness.isPrepared();
    if (areKeysGone) {
      adoptPrepared();
    }
    for (long id : ids) {
      if (!leases.contains(id)) {
        continue;
      }
      if (!areKeysGone) {
        var write = begin(new Room(0));
        write.revoke(id);
        written(write);
      }
      leases.remove(id, expired, overlay.filling());
    }
  }

  private Outcome becomeLessor(Lessorship next) {
    leases.become(next, overlay.filling());
    return done();
  }

  private Outcome compact(Request.Compact compact) {
    var refusal = alarms.refusal(compact);
    if (refusal != null) {
      return new Outcome.Failed(refusal);
    } else if (compact.revision() > revisions.newest()) {
      return new Outcome.Failed(Failure.FUTURE_REVISION);
    } else if (compact.revision() <= revisions.compacted()) {
      return new Outcome.Failed(Failure.COMPACTED);
    }
    revisions = new Revisions(revisions.newest(), compact.revision());
    return done();
  }

  private Outcome change(Request.ChangeAlarm change) {
    return alarms.change(change, revisions.newest(), overlay.filling());
  }

  private Outcome foundDirectory(List<NodeEntry> entries) {
    if (nodes.isEmpty()) {
      entries.forEach(this::put);
    }
    return done();
  }

  private Outcome publish(Publication publication) {
    var present = nodes.get(publication.node());
    if (present == null) {
      return new Outcome.Failed(Failure.MEMBER_NOT_FOUND);
    }
    put(publication.over(present));
    return done();
  }

  private void put(NodeEntry node) {
    nodes.put(node.id(), node);
    overlay.filling().putNode(node);
  }

  private Outcome done() {
    return new Outcome.Done(revisions.newest(), Bytes.EMPTY);
  }

  void applied(Point point, Supplier<Bytes> kept) {
    drains.applied(point, kept);
    removal.proceed();
  }

  // Durability

  Durable durable() {
    return durable;
  }

  void flush(Runnable done) {
    drains.whenDrained(() ->
        engine.run(
            ports.storage(),
            to -> {
              to.flush();
              return Meta.durable(to);
            },
            now -> {
              durable = now;
              done.run();
            }));
  }

  void image(Consumer<Image> taken) {
    storeImage(taken::accept);
  }

  private void storeImage(Consumer<StoreImage> taken) {
    drains.whenWhole(() -> {
      // Here and now: when the reader comes to it, the engine may hold a part of an entry.
      var snapshot = engine.engine().snapshot();
      engine.run(
          ports.reader(),
          from -> new StoreImage(snapshot),
          image -> taken.accept(image.using(engine)));
    });
  }

  void snapshot(long cluster, Consumer<StoreSnapshot> taken) {
    storeImage(image ->
        taken.accept(
            new StoreSnapshot(
                image, new SnapshotFormat.Head(cluster, image.head()), ports.reader())));
  }

  /// Asks storage to give back what it no longer needs, also what compactions so far forgot.
  void defragment() {
    removal.whenRemoved(
        revisions.compacted(),
        () ->
            engine.run(
                ports.storage(),
                to -> {
                  to.defragment();
                  return to;
                },
                done -> {}));
  }

  long digest() {
    try (var snapshot = engine.engine().snapshot()) {
      var all = new LayeredKeys(overlay, cache, new EngineKeys(snapshot));
      return StoreHash.digest(
          all, revisions, Meta.removed(snapshot), nodes(), leases, alarms.raised());
    }
  }
}
