package io.quorate.simulation;

import io.quorate.node.Node;
import io.quorate.node.Rpcs;
import io.quorate.node.etcd.EtcdServices;
import io.quorate.node.etcd.Publishing;
import io.quorate.node.etcd.ReadTimes;
import io.quorate.node.lease.Lessor;
import io.quorate.node.watch.WatchHub;
import io.quorate.replica.StateMachine;
import io.quorate.store.HeapEngines;
import io.quorate.store.KvStore;
import io.quorate.store.Outcome;
import io.quorate.store.Publication;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The real key-value store on each host, on storage that outlives the node.
final class KvMachines implements World.Machines<Outcome> {
  private static final KvStore.Limits SMALL =
      new KvStore.Limits(4 << 10, 8 << 10, 4, 1 << 10, 1 << 20, 2);

  private final KvStore.Limits limits;
  private final boolean compared;

  /// Negative: none.
  private long quotaBytes = -1;

  private final Map<Long, HeapEngines> engines = new TreeMap<>();
  private final Map<Long, KvStore> stores = new TreeMap<>();

  /// Stores that hold so little on the heap that all of their storage is in use, and whose states
  /// are compared.
  KvMachines() {
    this(SMALL, true);
  }

  private KvMachines(KvStore.Limits limits, boolean compared) {
    this.limits = limits;
    this.compared = compared;
  }

  /// Stores with the limits of production. Their states are never compared, for that takes longer
  /// with each write.
  static KvMachines ofProduction() {
    return new KvMachines(KvStore.Limits.DEFAULT, false);
  }

  /// From their next life on, nodes keep to a quota.
  void quota(long bytes) {
    quotaBytes = bytes;
  }

  @Override
  public StateMachine.Opener<Outcome> onHost(SimulatedHost<Outcome> host) {
    var storage = engines.computeIfAbsent(host.id(), id -> new HeapEngines(mediumOf(host)));
    return directory -> {
      var store =
          KvStore.open(
              new KvStore.Ports(storage, host.storage(), host.reader()), limits, directory);
      stores.put(host.id(), store);
      return store;
    };
  }

  /// Storage lies on the host's disk, and now and then flushes by itself.
  private static HeapEngines.Medium mediumOf(SimulatedHost<Outcome> host) {
    return new HeapEngines.Medium() {
      @Override
      public void effect(String what) {
        host.effect(what);
      }

      @Override
      public int found(int written) {
        return host.draw().chance(0.5) ? 0 : host.draw().below(written + 1);
      }
    };
  }

  KvStore of(SimulatedHost<Outcome> host) {
    var store = stores.get(host.id());
    if (store == null) {
      throw new IllegalStateException("host " + host + " was never up");
    }
    return store;
  }

  @Override
  public void wiped(SimulatedHost<Outcome> host) {
    engines.remove(host.id());
  }

  @Override
  public long digest(SimulatedHost<Outcome> host) {
    return of(host).digest();
  }

  @Override
  public boolean isComparable(SimulatedHost<Outcome> host) {
    return compared && !of(host).isWithinEntry();
  }

  /// What clients can call on a node; made anew with each life of it.
  Rpcs services(SimulatedHost<Outcome> host, Node<Outcome> node) {
    var store = of(host);
    var self = node.members().nodes().get(node.id());
    new Publishing(
        node,
        store,
        new Publication(
            node.id(), self == null ? "" : self.name(), List.of("http://client"), "simulated", 0));
    return EtcdServices.of(
        node,
        store,
        new WatchHub(store),
        new Lessor(node, store),
        new ReadTimes(),
        new EtcdServices.Settings("simulated", 1 << 20, 128, 1_000_000_000L, quotaBytes));
  }
}
