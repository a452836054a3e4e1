package io.quorate.simulation;

import io.quorate.consensus.Era;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.Self;
import io.quorate.consensus.wire.Bytes;
import io.quorate.journal.Journal;
import io.quorate.node.FirstEra;
import io.quorate.node.Members;
import io.quorate.node.Node;
import io.quorate.replica.StateMachine;
import io.quorate.simulation.watch.Moments;
import io.quorate.simulation.watch.Watch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A cluster with all that surrounds it, in one thread and virtual time, from one seed.
///
/// @param <R> what a command comes to
final class World<R> {
  /// What the state machine of a node has durable outlives the node: one of these per host.
  interface Machines<R> {
    /// Opens state machines on what was durable; called at each start of the node.
    StateMachine.Opener<R> onHost(SimulatedHost<R> host);

    /// What a host's state machines have made durable is gone.
    void wiped(SimulatedHost<R> host);

    /// Tells the state that a node's machine has applied.
    long digest(SimulatedHost<R> host);

    /// Whether that is the state at the last applied entry, with no part of the next one.
    default boolean isComparable(SimulatedHost<R> host) {
      return true;
    }
  }

  /// @param nodes how many nodes
  /// @param learners how many of them, the last ones, have no voice
  /// @param protocol by which they agree
  /// @param options of their first era
  /// @param snapshotBytes see [io.quorate.replica.Replica.Settings]
  record Settings(
      int nodes,
      int learners,
      Protocol protocol,
      Era.Options options,
      Self.Timing timing,
      Self.Limits limits,
      Journal.Options journal,
      long snapshotBytes) {

    static Settings of(int nodes, Protocol protocol) {
      return of(nodes, 0, protocol, Era.Options.DEFAULT);
    }

    static Settings of(int nodes, int learners, Protocol protocol, Era.Options options) {
      return new Settings(
          nodes,
          learners,
          protocol,
          options,
          Self.Timing.DEFAULT,
          new Self.Limits(20_000, 100_000, 4_000, 16_000),
          new Journal.Options(1 << 16),
          200_000);
    }

    /// @param window bytes of decided entries that a machine keeps: the fewer, the more others have
    ///   to catch up by themselves
    /// @param message bytes of entries in one message: the fewer, the more messages for the same
    Settings keeping(long window, long message) {
      var now = new Self.Limits(window, limits.undecided(), message, limits.inFlight());
      return new Settings(nodes, learners, protocol, options, timing, now, journal, snapshotBytes);
    }
  }

  private static final int COMPARE_EVERY = 8;

  private final Timeline timeline = new Timeline();
  private final Settings settings;
  private final Members members;
  private final Machines<R> machines;
  private final Watch watch;
  private final Trace trace;
  private final SimulatedNetwork network;
  private final Map<Long, SimulatedHost<R>> hosts = new TreeMap<>(Long::compareUnsigned);
  private final Moments moments = new Moments();

  /// The index at which each host's state was last compared.
  private final Map<Long, Long> compared = new TreeMap<>();

  private int starts;
  private long operations;
  private @Nullable CrashPoint crashPoint;

  World(long seed, Settings settings, Machines<R> machines, Watch watch, Trace trace) {
    var draw = new Draw(seed);
    this.trace = trace;
    trace.clock(timeline::now);
    this.settings = settings;
    this.machines = machines;
    this.members = membersOf(settings.nodes);
    this.watch = watch;
    this.network =
        new SimulatedNetwork(
            timeline,
            draw.split(),
            (from, to, frame) -> watch.sent(from, to, Bytes.of(frame.toArray())));
    for (long id : members.nodes().keySet()) {
      hosts.put(id, new SimulatedHost<>(id, this, draw.split(), this::makeNode));
    }
  }

  private static Members membersOf(int nodes) {
    var urls = new TreeMap<String, List<String>>();
    for (int i = 1; i <= nodes; i++) {
      urls.put("n" + i, List.of("http://10.0.0." + i + ":2380"));
    }
    return Members.of("simulation", urls);
  }

  private FirstEra firstEra() {
    var ids = List.copyOf(members.nodes().keySet());
    return new FirstEra(
        settings.protocol.name(),
        ids.subList(settings.nodes - settings.learners, settings.nodes),
        settings.options);
  }

  private Node<R> makeNode(SimulatedHost<R> host) {
    var observed = new ObservedProtocol(settings.protocol, host);
    return new Node<>(
        new Node.Settings(
            host.id(),
            members,
            firstEra(),
            name -> observed,
            "simulated",
            settings.timing,
            settings.limits,
            settings.journal,
            settings.snapshotBytes),
        new Node.Ports(
            host.disk(),
            network.portOf(host),
            host.storage(),
            host.reader(),
            host.clock(),
            host.draw().generator(),
            line -> trace.line(() -> "node %s says: %s".formatted(host, line))),
        machines.onHost(host));
  }

  Timeline timeline() {
    return timeline;
  }

  SimulatedNetwork network() {
    return network;
  }

  Watch watch() {
    return watch;
  }

  Trace trace() {
    return trace;
  }

  Moments moments() {
    return moments;
  }

  /// What a host held is lost.
  void lost(SimulatedHost<R> host) {
    machines.wiped(host);
    watch.lost(host.id());
  }

  List<SimulatedHost<R>> hosts() {
    return List.copyOf(hosts.values());
  }

  SimulatedHost<R> host(int number) {
    return hosts().get(number);
  }

  /// Operations on disks so far.
  long operations() {
    return operations;
  }

  /// Nodes end at the `operation`th operation on any disk: the one that carries it out in the
  /// middle of it, and with it so many others.
  void crashAt(long operation, int others, SimulatedDisk.Loss loss) {
    crashPoint = new CrashPoint(operation, others, loss);
  }

  /// No such end is in store any more.
  void noCrash() {
    crashPoint = null;
  }

  private record CrashPoint(long operation, int others, SimulatedDisk.Loss loss) {}

  /// A host is about to carry out an operation on its disk.
  void operation(SimulatedHost<R> by) {
    operations++;
    var point = crashPoint;
    if (point != null && operations >= point.operation) {
      crashPoint = null;
      int others = point.others;
      for (var host : hosts.values()) {
        if (host != by && others > 0) {
          others--;
          host.crash(point.loss);
        }
      }
      by.crashAfter(0, point.loss);
    }
  }

  /// How often a node was started.
  int starts() {
    return starts;
  }

  void started(SimulatedHost<R> host) {
    starts++;
    compared.remove(host.id());
  }

  /// A node has had its turn.
  void turned(SimulatedHost<R> host) {
    var node = host.node();
    if (node == null || !node.group().replica().hasBegun()) {
      return;
    }
    long applied = node.group().replica().applied();
    // A digest reads everything: now and then is enough, if it is at the same places everywhere.
    if (applied % COMPARE_EVERY == 0
        && machines.isComparable(host)
        && !Long.valueOf(applied).equals(compared.put(host.id(), applied))) {
      watch.applied(host.id(), applied, machines.digest(host));
    }
  }

  void startAll() {
    hosts.values().forEach(SimulatedHost::start);
  }

  /// Lets the world go on for so long.
  void run(long nanos) {
    long until = timeline.now() + nanos;
    while (timeline.step(until)) {
      // Each event checks itself.
    }
  }

  /// The host whose node leads, as it says itself; null if none or more than one does.
  @Nullable SimulatedHost<R> leader() {
    SimulatedHost<R> found = null;
    for (var host : hosts.values()) {
      var node = host.node();
      if (node != null
          && node.group().replica().hasBegun()
          && node.group().leadership().isLedBy(node.group().replica().id())) {
        if (found != null) {
          return null;
        }
        found = host;
      }
    }
    return found;
  }

  /// One line per node, for people.
  String describe() {
    var text = new StringBuilder();
    for (var host : hosts.values()) {
      text.append("%n%s: ".formatted(host));
      var node = host.node();
      if (node == null) {
        text.append("down, ").append(host.failure());
        continue;
      }
      if (!node.hasStarted()) {
        text.append("at its start");
        continue;
      }
      text.append(
          "life %s, %s; %s".formatted(node.incarnation(), node.group().replica(), host.describe()));
    }
    return text.toString();
  }
}
