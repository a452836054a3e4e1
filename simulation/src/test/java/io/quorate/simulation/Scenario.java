package io.quorate.simulation;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.MessageLite;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Call;
import io.quorate.node.Node;
import io.quorate.node.Protocols;
import io.quorate.node.Rpc;
import io.quorate.node.Rpcs;
import io.quorate.node.Unanswered;
import io.quorate.simulation.watch.Watch;
import io.quorate.store.KvStore;
import io.quorate.store.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// A key-value cluster under the eyes of every check, to which a test does what it wants. On a
/// mutant nobody watches: what the test itself demands must fail there.
final class Scenario {
  /// The property that says that nobody watches.
  static final String UNWATCHED = "scenarios.unwatched";

  static final long MILLISECOND = 1_000_000;
  static final long SECOND = 1_000 * MILLISECOND;

  private static final Call<Outcome> NOBODY_WAITS =
      new Call<>() {
        @Override
        public void done(Outcome result) {}

        @Override
        public void unanswered(Unanswered why) {}
      };

  final World<Outcome> world;
  private final KvMachines machines = new KvMachines();
  private final Map<Node<Outcome>, Rpcs> services = new HashMap<>();

  Scenario(long seed, World.Settings settings, Watch watch) {
    world = new World<>(seed, settings, machines, watch, Trace.NONE);
  }

  Scenario(long seed, World.Settings settings) {
    this(
        seed,
        settings,
        Boolean.getBoolean(UNWATCHED) ? new Watch() {} : Watches.of(settings.protocol()));
  }

  static Scenario ofThree(Protocol protocol) {
    return new Scenario(1, World.Settings.of(3, protocol));
  }

  /// For tests of every protocol.
  static List<Protocol> protocols() {
    return Protocols.names().stream().map(Protocols::named).toList();
  }

  /// Nodes that start from now on keep to a quota.
  void quota(long bytes) {
    machines.quota(bytes);
  }

  KvStore store(SimulatedHost<Outcome> host) {
    return machines.of(host);
  }

  /// Starts all nodes and lets them find a leader.
  void begin() {
    world.startAll();
    world.run(2 * SECOND);
  }

  SimulatedHost<Outcome> leader() {
    return requireNonNull(world.leader());
  }

  SimulatedHost<Outcome> follower() {
    return followers().getFirst();
  }

  List<SimulatedHost<Outcome>> followers() {
    var leader = leader();
    return world.hosts().stream().filter(host -> host != leader).toList();
  }

  /// Whether a node leads, as it says itself; others may say so, too.
  static boolean leads(SimulatedHost<Outcome> host) {
    var group = nodeOf(host).group();
    return group.leadership().isLedBy(group.replica().id());
  }

  /// Lets the world go on until something is so, but no longer than that.
  void until(BooleanSupplier isSo, long atMost) {
    long end = world.timeline().now() + atMost;
    while (!isSo.getAsBoolean() && world.timeline().now() < end) {
      world.run(MILLISECOND / 100);
    }
  }

  /// From now on a node neither hears any other nor is heard.
  void cutOff(SimulatedHost<Outcome> host) {
    for (var other : world.hosts()) {
      world.network().cut(host.id(), other.id());
      world.network().cut(other.id(), host.id());
    }
  }

  void reconnect(SimulatedHost<Outcome> host) {
    for (var other : world.hosts()) {
      world.network().mend(host.id(), other.id());
      world.network().mend(other.id(), host.id());
    }
  }

  static Node<Outcome> nodeOf(SimulatedHost<Outcome> host) {
    return requireNonNull(host.node());
  }

  /// Has a node propose something for whose result nobody waits.
  static void write(SimulatedHost<Outcome> host) {
    host.onLoop(() -> nodeOf(host).group().propose(Bytes.of(new byte[8]), NOBODY_WAITS));
  }

  KvStore storeOf(SimulatedHost<Outcome> host) {
    return machines.of(host);
  }

  /// From now on every node that is up does what a serving node does by itself.
  void serve() {
    for (var host : world.hosts()) {
      if (host.isUp()) {
        services(host);
      }
    }
  }

  private Rpcs services(SimulatedHost<Outcome> host) {
    return services.computeIfAbsent(nodeOf(host), node -> machines.services(host, node));
  }

  /// @param method with its service, such as `etcdserverpb.KV/Put`
  void call(SimulatedHost<Outcome> host, String method, MessageLite request, Rpc.Reply reply) {
    var rpc = requireNonNull(services(host).unary().get(method));
    host.onLoop(() -> rpc.call(Rpc.Metadata.NONE, Bytes.of(request.toByteArray()), reply));
  }
}
