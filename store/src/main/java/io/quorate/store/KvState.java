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
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The state that lives on one engine: all of a store that an installed image replaces.
final class KvState {
  /// Reads that may be under way: past it they are refused, for each holds on to its request.
  private static final int MAX_READS = 10_000;

  private final KvStore.Ports ports;
  private final KvStore.Limits limits;
  private final SharedEngine engine;
  private final Overlay overlay = new Overlay();
  private final NewestCache cache;
  private final LayeredKeys keys;
  private final Drains drains;
  private final Fetcher fetcher;
  private final Reads reads;
  private final Removal removal;
  private final TreeMap<Long, NodeEntry> nodes = new TreeMap<>(Long::compareUnsigned);
  private final Leases leases;
  private final Alarms alarms;
  private final long origin;

  private Revisions revisions;
  private Durable durable;

  /// Bytes of the answers to commands of the entry that is being applied: they are all held until
  /// it has taken effect.
  private long answered;

  private int readsUnderWay;

  private @Nullable WriteObserver observer;

  /// What was done so that what the next batch looks at is at hand.
  private Fetching fetching = Fetching.NOTHING;

  private enum Fetching {
    NOTHING,
    /// All has come that was asked for when the batch was expected.
    AWAITED,
    /// What was still missing has been fetched.
    FETCHED
  }

  KvState(KvStore.Ports ports, KvStore.Limits limits, SharedEngine engine) {
    this.ports = ports;
    this.limits = limits;
    this.engine = engine;
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
    this.fetcher = new Fetcher(engine, ports.reader(), cache);
    this.reads = new Reads(engine, ports.reader(), drains);
    this.removal = new Removal(engine, ports.storage(), drains, () -> revisions.compacted());
    removal.proceed();
  }

  void observe(WriteObserver by) {
    observer = by;
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

  List<NodeEntry> nodes() {
    return List.copyOf(nodes.values());
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

  void expect(Iterable<Bytes> commands) {
    var wanted = Wanted.by(commands, keys, cache::use, observer);
    if (!wanted.isEmpty()) {
      fetcher.fetch(wanted, () -> {});
    }
  }

  boolean ready(Iterable<Bytes> commands, Runnable ready) {
    if (drains.mustSealFirst()) {
      drains.whenRoom(ready);
      return false;
    } else if (!hasRoom(ready)) {
      return false;
    }
    if (fetching == Fetching.FETCHED) {
      fetching = Fetching.NOTHING;
      return true;
    }
    var wanted = Wanted.by(commands, keys, had -> {}, observer);
    if (wanted.isEmpty()) {
      fetching = Fetching.NOTHING;
      return true;
    }
    if (fetching == Fetching.NOTHING && fetcher.isBusy()) {
      fetching = Fetching.AWAITED;
      fetcher.whenFetched(ready);
    } else {
      fetching = Fetching.FETCHED;
      fetcher.fetch(wanted, ready);
    }
    return false;
  }

  boolean hasRoom(Runnable ready) {
    drains.proceed();
    if (overlay.bytes() < limits.overlayBytes()) {
      return true;
    }
    drains.whenRoom(ready);
    return false;
  }

  Outcome apply(Bytes command, boolean wanted) {
    if (!drains.isWithinEntry()) {
      answered = 0;
    }
    drains.command();
    try {
      var outcome = apply(Command.decode(command), wanted);
      if (outcome instanceof Outcome.Done(_, Bytes body)) {
        answered += body.length();
      }
      return outcome;
    } catch (MalformedException e) {
      return new Outcome.Failed(Failure.MALFORMED_REQUEST);
    }
  }

  private Outcome apply(Command command, boolean wanted) throws MalformedException {
    var bytes = command.request();
    return switch (command.type()) {
      case PUT -> write(Request.Put.read(bytes), wanted);
      case DELETE_RANGE -> write(Request.DeleteRange.read(bytes), wanted);
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
    var room = new Room(limits.answerBytes() - answered);
    var write = begin(room);
    var outcome =
        switch (request) {
          case Request.Put put -> write.put(put, wanted);
          case Request.DeleteRange delete -> write.deleteRange(delete, wanted);
          case Request.Txn txn -> Transaction.apply(txn, keys, write, revisions, wanted);
          default -> throw new IllegalArgumentException("no write: " + request);
        };
    written(write);
    if (outcome instanceof Outcome.Done && room.isExceeded()) {
      return new Outcome.Failed(
          write.hasChanged() ? Failure.WRITTEN_BUT_ANSWER_TOO_LARGE : Failure.ANSWER_TOO_LARGE);
    }
    return outcome;
  }

  private Write begin(Room room) {
    return new Write(keys, leases::contains, overlay.filling(), revisions.newest(), room);
  }

  private void written(Write write) {
    revisions = new Revisions(write.revision(), revisions.compacted());
    if (observer != null && write.hasChanged()) {
      observer.written(new Written(write.revision(), write.changes(), keys));
    }
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
    revoke(revoke.id(), false);
    return done();
  }

  private Outcome expire(Expiry expiry) {
    if (alarms.isCorrupt()) {
      return new Outcome.Failed(Failure.CORRUPT);
    }
    if (expiry.lessor() == leases.lessorship().number()) {
      for (long id : expiry.leases()) {
        if (leases.contains(id)) {
          revoke(id, true);
        }
      }
    }
    return done();
  }

  /// The keys of a lease go with it, in one revision (etcd-157).
  private void revoke(long id, boolean expired) {
    var write = begin(new Room(0));
    write.revoke(id);
    leases.remove(id, expired, overlay.filling());
    written(write);
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
        new StoreSnapshot(image, new SnapshotFormat.Head(cluster, image.head()), ports.reader())
            .measure(taken));
  }

  long origin() {
    return origin;
  }

  // Reads

  /// Begins a read that is not answered within the call.
  ///
  /// @param refused answers it if too many are under way
  /// @param read is given what takes the answer
  private <T> void begin(Consumer<T> then, T refused, Consumer<Consumer<T>> read) {
    if (readsUnderWay >= MAX_READS) {
      then.accept(refused);
      return;
    }
    readsUnderWay++;
    read.accept(answer -> {
      readsUnderWay--;
      then.accept(answer);
    });
  }

  private void begin(Consumer<Outcome> then, Consumer<Consumer<Outcome>> read) {
    begin(then, new Outcome.Failed(Failure.TOO_MANY_REQUESTS), read);
  }

  void range(Request.Range range, Consumer<Outcome> then) {
    if (range.revision() > revisions.newest()) {
      then.accept(new Outcome.Failed(Failure.FUTURE_REVISION));
    } else if (range.keys().isSingle()
        && (range.revision() <= 0 || range.revision() == revisions.newest())) {
      newest(range, then);
    } else {
      begin(then, last -> reads.submit(range.keys().isSingle(), state -> read(range, state), last));
    }
  }

  /// Answers for one key as it is now: at once, or once it is fetched.
  private void newest(Request.Range range, Consumer<Outcome> then) {
    if (keys.isAtHand(range.key(), true)) {
      cache.use(range.key());
      then.accept(newest(range));
    } else {
      begin(then, last -> fetchNewest(range, last));
    }
  }

  private void fetchNewest(Request.Range range, Consumer<Outcome> then) {
    fetcher.fetch(
        Wanted.key(keys, range.key()),
        () -> {
          if (keys.isAtHand(range.key(), true)) {
            then.accept(newest(range));
          } else {
            reads.submit(true, state -> read(range, state), then);
          }
        });
  }

  private Outcome newest(Request.Range range) {
    return answer(range, keys, Keys.NEWEST, revisions.newest());
  }

  private Outcome answer(Request.Range range, Keys from, long revision, long newest) {
    var body = RangeQuery.body(range, from, revision, new Room(limits.answerBytes()));
    return body == null
        ? new Outcome.Failed(Failure.ANSWER_TOO_LARGE)
        : new Outcome.Done(newest, body);
  }

  private Outcome read(Request.Range range, Reads.State state) {
    long revision = Keys.NEWEST;
    if (range.revision() > 0) {
      revision = range.revision();
      var failure = RangeQuery.check(revision, state.revisions());
      if (failure != null) {
        return new Outcome.Failed(failure);
      }
    }
    return answer(range, state.keys(), revision, state.revisions().newest());
  }

  void rangePart(
      Request.Range range,
      RangePart.@Nullable Place place,
      RangePart.Size size,
      Consumer<PartOutcome> then) {
    begin(
        then,
        new PartOutcome.Failed(Failure.TOO_MANY_REQUESTS),
        last -> reads.submit(false, state -> RangePart.read(range, place, size, state), last));
  }

  void read(Request.Txn txn, Consumer<Outcome> then) {
    begin(
        then,
        last ->
            reads.submit(
                false,
                state ->
                    Transaction.read(
                        txn, state.keys(), state.revisions(), new Room(limits.answerBytes())),
                last));
  }

  void leaseKeys(long id, Consumer<Outcome> then) {
    begin(then, last -> reads.submit(false, state -> leaseKeys(id, state), last));
  }

  private Outcome leaseKeys(long id, Reads.State state) {
    try (var walk = state.keys().attached(id)) {
      var body = Responses.leaseKeys(walk, new Room(limits.answerBytes()));
      return body == null
          ? new Outcome.Failed(Failure.ANSWER_TOO_LARGE)
          : new Outcome.Done(state.revisions().newest(), body);
    }
  }

  void hash(long revision, Consumer<HashOutcome> then) {
    begin(
        then,
        new HashOutcome.Failed(Failure.TOO_MANY_REQUESTS),
        last -> reads.submit(false, state -> hash(revision, state), last));
  }

  void hashAll(Consumer<Outcome> then) {
    begin(
        then,
        last ->
            reads.submit(
                false,
                state ->
                    new Outcome.Done(
                        state.revisions().newest(), Responses.hash(StoreHash.ofAll(state))),
                last));
  }

  /// Asks storage to give back what it no longer needs.
  void defragment() {
    engine.run(
        ports.storage(),
        to -> {
          to.defragment();
          return to;
        },
        done -> {});
  }

  private static HashOutcome hash(long revision, Reads.State state) {
    if (revision <= 0) {
      return StoreHash.of(state, state.revisions().newest());
    }
    var failure = RangeQuery.check(revision, state.revisions());
    return failure != null ? new HashOutcome.Failed(failure) : StoreHash.of(state, revision);
  }

  <T> void history(long from, Function<History, T> read, Consumer<T> then) {
    reads.submit(
        false,
        state -> {
          try (var history = new History(state, from)) {
            return read.apply(history);
          }
        },
        then);
  }

  long digest() {
    try (var snapshot = engine.engine().snapshot()) {
      var all = new LayeredKeys(overlay, cache, new EngineKeys(snapshot));
      return StoreHash.digest(
          all, revisions, Meta.removed(snapshot), nodes(), leases, alarms.raised());
    }
  }
}
