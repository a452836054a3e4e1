package io.quorate.node;

import io.quorate.consensus.Era;
import io.quorate.consensus.Input.Suspicion;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Self;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.journal.DamageException;
import io.quorate.journal.Disk;
import io.quorate.journal.DiskException;
import io.quorate.journal.DiskId;
import io.quorate.journal.Identity;
import io.quorate.journal.Journal;
import io.quorate.replica.History;
import io.quorate.replica.Replica;
import io.quorate.replica.StateMachine;
import io.quorate.replica.Worker;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One node: a journal, the others, and a replica of each of its groups, moved on by turns.
///
/// Everything that happens is taken in by a call that only queues; then [#turn] handles all of it:
/// orders what came in, lets notices leave before its own disk works, makes records durable, lets
/// go what waited for that, applies what is decided. All calls come from the loop that owns the
/// node.
///
/// @param <R> what a command of the state machine comes to
public final class Node<R> {
  /// The group that etcd clients see.
  public static final int DEFAULT_GROUP = 1;

  /// How long commands are applied in one go before messages are looked at again: nanoseconds.
  private static final long APPLY_SLICE = 1_000_000;

  /// How often a turn goes round before it lets the loop look at its sockets.
  private static final int MAX_ROUNDS = 4;

  /// A frame up to this size may be flushed within the turn, if nothing else waits.
  private static final int SMALL_FRAME = 4000;

  /// What is fixed for the life of a node.
  ///
  /// @param self the node's id
  /// @param members the nodes that the cluster began with
  /// @param firstEra how a cluster begins
  /// @param protocols finds a protocol by its name
  /// @param version of the software, for people
  /// @param snapshotBytes see [Replica.Settings]
  public record Settings(
      long self,
      Members members,
      FirstEra firstEra,
      Function<String, Protocol> protocols,
      String version,
      Self.Timing timing,
      Self.Limits limits,
      Journal.Options journal,
      long snapshotBytes) {}

  /// What the node works with.
  ///
  /// @param storage makes state machines durable and fills them
  /// @param reader reads what may take long
  /// @param clock monotonic nanoseconds
  /// @param random the only randomness
  /// @param log takes a line about something that an operator should know
  public record Ports(
      Disk disk,
      Network network,
      Worker storage,
      Worker reader,
      LongSupplier clock,
      RandomGenerator random,
      Consumer<String> log) {}

  private final Settings settings;
  private final Ports ports;
  private final StateMachine.Opener<R> stateMachines;
  private final Acquaintance acquaintance;
  private final Peers peers;
  private final Map<Integer, History> histories = new TreeMap<>();
  private final Timers timers = new Timers();

  private @Nullable Journal journal;
  private @Nullable Group<R> group;
  private long origin;
  private long beginsWith;
  private boolean waitsForWelcomes;
  private boolean durableRisen;
  private long lastRound;

  public Node(Settings settings, Ports ports, StateMachine.Opener<R> stateMachines) {
    this.settings = settings;
    this.ports = ports;
    this.stateMachines = stateMachines;
    this.acquaintance =
        new Acquaintance(
            settings.members(),
            settings.firstEra()::isVoter,
            settings.self(),
            settings.version(),
            this::agreement,
            ports.log());
    this.peers =
        new Peers(settings.self(), ports.network(), acquaintance, new FromPeers(), ports.log());
  }

  /// Opens the disk, replays the journal and begins a new life. Links to other nodes may be opened
  /// after it.
  ///
  /// @throws DamageException if something durable is not what it was: the node must stay out of
  ///   every quorum
  /// @throws DiskException if the directory belongs to another node or cluster, or the disk fails
  public void start() throws DamageException {
    var identity = identity();
    var opened =
        Journal.open(
            ports.disk(),
            identity.disk(),
            settings.journal(),
            this::replay,
            new Journal.Owner() {
              @Override
              public void checkpoint() {
                acquaintance.checkpoint();
                if (group != null) {
                  group.replica().checkpoint();
                }
              }

              @Override
              public void durable() {
                durableRisen = true;
              }
            });
    journal = opened;
    beginsWith = acquaintance.begin(identity, opened);
    group = openGroup(opened);
    lastRound = ports.clock().getAsLong();
  }

  /// How this node agrees with others, or would.
  private String agreement() {
    var era = group == null ? null : group.replica().eraOrNull();
    return (era == null ? firstEra() : era).agreement();
  }

  private Era firstEra() {
    return settings.firstEra().among(settings.members()).withOrigin(origin);
  }

  private Identity identity() throws DamageException {
    var members = settings.members();
    var found = Identity.read(ports.disk());
    if (found == null) {
      return Identity.create(
          ports.disk(), settings.self(), members.cluster(), ports.random(), settings.journal());
    }
    if (found.node() != settings.self() || found.cluster() != members.cluster()) {
      throw new ForeignDiskException(
          ("the data directory belongs to node %x of cluster %x, and this is node %x of cluster %x:"
                  + " use another --data-dir, or the --name, --initial-cluster and"
                  + " --initial-cluster-token that it was made with")
              .formatted(found.node(), found.cluster(), settings.self(), members.cluster()));
    }
    return found;
  }

  private void replay(
      long frame, int groupNumber, int type, io.quorate.consensus.wire.Bytes content)
      throws MalformedException {
    if (groupNumber == Acquaintance.NODE) {
      acquaintance.item(frame, type, content);
    } else {
      histories
          .computeIfAbsent(groupNumber, number -> new History(settings.protocols()))
          .item(frame, type, content);
    }
  }

  private Group<R> openGroup(Journal opened) throws DamageException {
    var history = histories.remove(DEFAULT_GROUP);
    if (history == null) {
      history = new History(settings.protocols());
    }
    var id = new ReplicaId(settings.self(), 1);
    var self =
        new Self(
            id, acquaintance.incarnation(), ports.random(), settings.timing(), settings.limits());
    var made =
        new Group<R>(
            id,
            acquaintance.incarnation(),
            settings.timing().election(),
            ports.clock(),
            new Group.Sender() {
              @Override
              public void send(ReplicaId to, GroupMessage message) {
                GroupMessage.CODEC.write(
                    message, peers.begin(DEFAULT_GROUP, Peers.GROUP_LAYER, id, to));
                peers.end();
              }

              @Override
              public long roundTrip(ReplicaId to) {
                return ports.network().roundTrip(to.node());
              }
            });
    var stateMachine = stateMachines.open(history.directory());
    origin = stateMachine.origin();
    made.replica(
        new Replica<>(
            new Replica.Settings(
                DEFAULT_GROUP, self, settings.protocols(), settings.snapshotBytes()),
            new Replica.Ports(
                opened,
                peers.outboxOf(DEFAULT_GROUP, id),
                ports.storage(),
                ports.reader(),
                ports.clock()),
            history,
            stateMachine,
            made));
    waitsForWelcomes = !made.replica().hasBegun();
    return made;
  }

  private final class FromPeers implements Peers.Owner {
    @Override
    public void received(int number, int layer, ReplicaId from, ReplicaId to, WireReader content)
        throws MalformedException {
      if (number != DEFAULT_GROUP || !to.equals(group().replica().id())) {
        return;
      }
      switch (layer) {
        case Peers.REPLICA_LAYER -> group().replica().received(from, content);
        case Peers.GROUP_LAYER -> group().received(from, content);
        default -> throw new MalformedException("no message has layer " + layer);
      }
    }

    @Override
    public void suspect(long node, Suspicion suspicion) {
      group().suspect(node, suspicion);
    }
  }

  private Journal journal() {
    if (journal == null) {
      throw new IllegalStateException("the node has not started");
    }
    return journal;
  }

  public boolean hasStarted() {
    return group != null;
  }

  /// The group that etcd clients see.
  public Group<R> group() {
    if (group == null) {
      throw new IllegalStateException("the node has not started");
    }
    return group;
  }

  /// What the network talks to.
  public Network.Owner peers() {
    return peers;
  }

  public long id() {
    return settings.self();
  }

  public Members members() {
    return settings.members();
  }

  public long incarnation() {
    return acquaintance.incarnation();
  }

  /// The disks of other nodes, as far as they are known here.
  public Map<Long, DiskId> disks() {
    return acquaintance.disks();
  }

  public DiskId disk() {
    return acquaintance.disk();
  }

  /// Why others refuse this node, by node; empty where none does.
  public Map<Long, String> refusedBy() {
    return acquaintance.refusedBy();
  }

  /// Whether this node waits to be known to more than half of the others before it first takes
  /// part.
  public boolean waitsForWelcomes() {
    return waitsForWelcomes;
  }

  /// The times that the node's groups go by.
  public Self.Timing timing() {
    return settings.timing();
  }

  /// By the node's clock: monotonic nanoseconds.
  public long now() {
    return ports.clock().getAsLong();
  }

  /// The only randomness.
  public RandomGenerator random() {
    return ports.random();
  }

  /// Tells the operator something.
  public void log(String line) {
    ports.log().accept(line);
  }

  /// Runs something in the first turn after so many nanoseconds.
  public void after(long nanos, Runnable action) {
    timers.at(ports.clock().getAsLong() + nanos, action);
  }

  public long damagedFrames() {
    return peers.damagedFrames();
  }

  /// Handles all that came in since the last turn, unless it came so late that the sockets have to
  /// be looked at first.
  ///
  /// @return whether more is to do at once, after the sockets were looked at
  public boolean turn() {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      long now = ports.clock().getAsLong();
      if (hasStalled(now)) {
        return true;
      }
      if (!round(now)) {
        return false;
      }
    }
    return true;
  }

  /// Whether the loop stood still since the last round: a slow flush, a pause of the machine. What
  /// others sent meanwhile lies unread in the sockets, and must be heard before timers see how late
  /// it is; else a leader that everybody answers steps down, and a follower leaves a leader that
  /// never fell silent.
  private boolean hasStalled(long now) {
    boolean stalled = now - lastRound > settings.timing().heartbeat();
    lastRound = now;
    return stalled;
  }

  private boolean round(long now) {
    timers.run(now);
    settleDurable();
    boolean begun = journal().durable() >= beginsWith;
    if (begun) {
      beginGroup();
      if (group().wantsTurn(now)) {
        group().turn(now);
      }
      // A leader's entries travel while its own disk still writes them.
      peers.flush();
    }
    journal().flush(now, mayFlushWithin());
    settleDurable();
    if (journal().durable() >= beginsWith && !begun) {
      return true;
    }
    if (begun && group().replica().wantsApply()) {
      group().replica().apply(APPLY_SLICE);
    }
    peers.flush();
    return begun && (group().wantsTurn(now) || group().replica().wantsApply());
  }

  private void beginGroup() {
    if (waitsForWelcomes && acquaintance.isVouchedFor()) {
      waitsForWelcomes = false;
      group().replica().begin(firstEra());
    }
  }

  private boolean mayFlushWithin() {
    return journal().pendingBytes() <= SMALL_FRAME && group().pendingProposals() <= 1;
  }

  private void settleDurable() {
    if (durableRisen) {
      durableRisen = false;
      acquaintance.durable(journal().durable());
      group().replica().durable();
    }
  }

  /// When to call [#turn] even if nothing comes in.
  public long nextDeadline() {
    long deadline = Math.min(journal().nextDeadline(), timers.nextDeadline());
    return journal().durable() < beginsWith ? deadline : Math.min(deadline, group().nextDeadline());
  }

  /// Makes the journal whole and closes it and the store, as far as they were opened. No turn may
  /// follow, and no worker may be at work.
  ///
  /// @return false if a flush is under way: try again a little later
  public boolean close() {
    if (journal != null && journal.isFlushing()) {
      return false;
    }
    if (group != null) {
      group.replica().close();
    }
    if (journal != null) {
      journal.close();
    }
    return true;
  }
}
