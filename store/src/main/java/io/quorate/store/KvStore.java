package io.quorate.store;

import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.replica.StateMachine;
import io.quorate.replica.Worker;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The state machine of a key-value group, with etcd's data model: one revision for each write that
/// changed something, the past of every key until it is compacted, and the directory of nodes.
///
/// Commands are applied to an *overlay* on the heap, which drains into an [Engine] behind the reply
/// path; what the engine has made durable is what a crash leaves, and the journal repeats the rest.
/// All calls come from one loop. Nothing here reads a clock, starts a thread or draws a number.
public final class KvStore implements StateMachine<Outcome> {
  /// What the store works with.
  ///
  /// @param storage writes to engines
  /// @param reader reads from them what may take long
  public record Ports(Engines engines, Worker storage, Worker reader) {}

  /// Every bound of the store.
  ///
  /// @param overlayBytes applied and not yet in the engine: past it no batch is taken on
  /// @param cacheBytes newest versions of keys that are kept on the heap
  /// @param drainCommands so many commands are taken into the engine at once
  /// @param drainBytes or so much
  /// @param answerBytes what one answer may take, or those to the commands of one entry together:
  ///   at most 1 GiB, for gRPC carries no more than twice as much
  /// @param atOnce keys that one command deletes on the loop: what more may be is found out in the
  ///   background
  public record Limits(
      long overlayBytes,
      long cacheBytes,
      int drainCommands,
      long drainBytes,
      long answerBytes,
      int atOnce) {
    private static final long MIN_ANSWER = 16 << 20;
    private static final long MAX_ANSWER = 1 << 30;

    public static final Limits DEFAULT =
        new Limits(16 << 20, 16 << 20, 256, 1 << 20, MIN_ANSWER, 1000);

    public Limits {
      if (answerBytes > MAX_ANSWER) {
        throw new IllegalArgumentException("answers of %s bytes".formatted(answerBytes));
      }
    }

    /// For a process with a heap of so many bytes: an answer may take an eighth of it, for it is
    /// there twice while it is encoded, and others with it.
    public static Limits ofHeap(long bytes) {
      return new Limits(
          DEFAULT.overlayBytes,
          DEFAULT.cacheBytes,
          DEFAULT.drainCommands,
          DEFAULT.drainBytes,
          Math.clamp(bytes / 8, MIN_ANSWER, MAX_ANSWER),
          DEFAULT.atOnce);
    }
  }

  private final Ports ports;
  private final Limits limits;
  private KvState state;
  private long removedBefore;
  private final WriteCounts counts;
  private @Nullable WriteObserver observer;
  private @Nullable LeaseObserver leaseObserver;

  private KvStore(Ports ports, Limits limits, SharedEngine engine) {
    this.ports = ports;
    this.limits = limits;
    this.counts = new WriteCounts();
    this.state = new KvState(ports, limits, engine, counts);
  }

  /// Opens what a directory holds, or begins an empty store there.
  ///
  /// @throws EngineException if it cannot be read
  public static KvStore open(Ports ports, Limits limits, String directory) {
    var engine =
        new SharedEngine(
            ports.engines(), ports.storage(), directory, ports.engines().open(directory));
    return new KvStore(ports, limits, engine);
  }

  // The state machine

  @Override
  public Durable durable() {
    return state.durable();
  }

  @Override
  public void expect(Iterable<Bytes> commands) {
    state.readiness().expect(commands);
  }

  @Override
  public boolean ready(Iterable<Bytes> commands, Runnable ready) {
    return state.readiness().ready(commands, ready);
  }

  @Override
  public boolean hasRoom(Bytes next, Runnable ready) {
    return state.readiness().hasRoom(next, ready);
  }

  /// @param command an encoded [Command]; any bytes at all come to an outcome
  @Override
  public Outcome apply(Bytes command, boolean wanted) {
    return state.apply(command, wanted);
  }

  @Override
  public void applied(Point point, Supplier<Bytes> kept) {
    state.applied(point, kept);
  }

  @Override
  public void flush(Runnable done) {
    state.flush(done);
  }

  @Override
  public void image(Consumer<Image> taken) {
    state.image(taken);
  }

  @Override
  public Installation install(String directory) {
    return new StoreInstallation(ports.engines(), ports.storage(), directory);
  }

  @Override
  public void switchTo(Installation installed) {
    if (!(installed instanceof StoreInstallation installation)) {
      throw new IllegalArgumentException("not made by a store: " + installed.directory());
    }
    var replaced = state;
    removedBefore += replaced.removal().count();
    state = new KvState(ports, limits, installation.take(), counts);
    replaced.retire(true);
    if (observer != null) {
      state.observe(observer);
      observer.replaced();
    }
    if (leaseObserver != null) {
      state.leases().observe(leaseObserver);
      leaseObserver.replaced();
    }
  }

  @Override
  public void deleteRemains() {
    for (var directory : ports.engines().list()) {
      if (!directory.equals(state.directory())) {
        ports.engines().delete(directory);
      }
    }
  }

  /// Gives the engine up. It closes as soon as no worker and no image uses it any more, so the loop
  /// must go on until the workers are done.
  @Override
  public void close() {
    state.retire(false);
  }

  // Reads: of what is applied here, whoever made sure that it is fresh enough

  /// Answers a range request. One about a single key as it is now, which is at hand, is answered
  /// within this call.
  ///
  /// @param then runs on the loop
  public void range(Request.Range range, Consumer<Outcome> then) {
    state.reads().range(range, then);
  }

  /// Reads a part of a range whose order is that of keys and which has no filters.
  ///
  /// @param place where the part before it ended; null for the first one
  /// @param then runs on the loop
  public void rangePart(
      Request.Range range,
      RangePart.@Nullable Place place,
      RangePart.Size size,
      Consumer<PartOutcome> then) {
    state.reads().rangePart(range, place, size, then);
  }

  /// Answers a transaction that only reads: all of it at one revision.
  ///
  /// @param then runs on the loop
  public void read(Request.Txn txn, Consumer<Outcome> then) {
    if (!txn.isReadOnly()) {
      throw new IllegalArgumentException("a transaction that writes must be ordered");
    }
    state.reads().read(txn, then);
  }

  /// Reads the keys that are attached to a lease, as the end of a `LeaseTimeToLiveResponse`.
  ///
  /// @param then runs on the loop
  public void leaseKeys(long lease, Consumer<Outcome> then) {
    state.reads().leaseKeys(lease, then);
  }

  /// The TTL of each lease in seconds, by its id.
  public SortedMap<Long, Long> leases() {
    return state.leases().ttls();
  }

  /// Who watches over the time of leases.
  public Lessorship lessorship() {
    return state.leases().lessorship();
  }

  /// Tells somebody of each lease from now on.
  public void observeLeases(LeaseObserver by) {
    leaseObserver = by;
    state.leases().observe(by);
  }

  /// Computes the hash up to a revision.
  ///
  /// @param revision 0 or less: the newest
  /// @param then runs on the loop
  public void hash(long revision, Consumer<HashOutcome> then) {
    state.reads().hash(revision, then);
  }

  /// Computes the body of a `HashResponse`, over all that the store holds now.
  ///
  /// @param then runs on the loop
  public void hashAll(Consumer<Outcome> then) {
    state.reads().hashAll(then);
  }

  /// Takes a snapshot of a state that is not older than now, in the form of a file, which is still
  /// to be measured.
  ///
  /// @param cluster the id that stands in it
  /// @param then runs on the loop
  public void snapshot(long cluster, Consumer<StoreSnapshot> then) {
    state.snapshot(cluster, then);
  }

  /// Reads changes from a revision on, of a state not older than now.
  ///
  /// @param read done by the reader, off the loop; may be called once only
  /// @param then takes what it gave, on the loop
  public <T> void history(long from, Function<History, T> read, Consumer<T> then) {
    state.reads().history(from, read, then);
  }

  /// Shows somebody each write from now on, in place of whoever saw them before.
  public void observe(WriteObserver by) {
    observer = by;
    state.observe(by);
  }

  /// What was changed here, in this life.
  public WriteCounts counts() {
    return counts;
  }

  /// Versions of keys that were removed from the storage after compactions, in this life.
  public long removed() {
    return removedBefore + state.removal().count();
  }

  /// The revision of the last write that changed something; 1 before the first.
  public long revision() {
    return state.revisions().newest();
  }

  /// Below this revision the past is forgotten; -1 if it never was.
  public long compacted() {
    return state.revisions().compacted();
  }

  @Override
  public long origin() {
    return state.origin();
  }

  /// The nodes that the cluster knows, by id; empty before the directory was founded.
  public List<NodeEntry> directory() {
    return state.nodes();
  }

  /// The alarms that are raised, in ascending order of type and node.
  public List<Alarm> alarms() {
    return state.alarms().raised();
  }

  /// Why a request would be refused now, for the alarms that are raised; null if it would not.
  public @Nullable Failure refusal(Request request) {
    return state.alarms().refusal(request);
  }

  /// Bytes that storage takes up here.
  public long bytesOnDisk() {
    return state.engine().bytesOnDisk();
  }

  /// Bytes of it that are still needed: an estimate.
  public long bytesInUse() {
    return state.engine().bytesInUse();
  }

  /// Two checksums in one over all that the store logically holds, to compare replicas at the same
  /// applied index. Reads everything: for simulations and tests.
  public long digest() {
    return state.digest();
  }

  /// Whether a part of an entry has taken effect: such a state is not comparable. For simulations
  /// and tests.
  public boolean isWithinEntry() {
    return state.drains().isWithinEntry();
  }

  // Background

  /// Whether all that was applied is in the engine. If not, [#drain] is to be called in time.
  @Override
  public boolean isDrained() {
    return state.drains().isDrained();
  }

  /// Takes what was applied into the engine, however little: called by the owner's timer, some
  /// milliseconds after the store was seen not to be drained.
  @Override
  public void drain() {
    state.drains().ask();
  }

  /// Has storage give back the room of what was removed, in the background.
  public void defragment() {
    state.defragment();
  }

  /// Runs something on the loop once all that a compaction forgot is removed here, durably.
  ///
  /// @param revision of the compaction
  public void onceCompacted(long revision, Runnable action) {
    state.removal().whenRemoved(revision, action);
  }
}
