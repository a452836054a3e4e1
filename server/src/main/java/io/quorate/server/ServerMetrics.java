package io.quorate.server;

import io.netty.util.internal.PlatformDependent;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.quorate.node.lease.LeaseCounters;
import io.quorate.server.metrics.NodeMetrics;
import io.quorate.server.metrics.ProcessFacts;
import io.quorate.server.rpc.RpcCounters;
import io.quorate.store.KvStore;
import java.util.function.ToDoubleFunction;

/// What is told of a server over `/metrics`: etcd's names where the meaning is etcd's (etcd-P1 to
/// P6).
final class ServerMetrics {
  private static final double NANOS = 1e9;

  private final Server server;
  private final NodeMetrics metrics = new NodeMetrics();

  ServerMetrics(Server server) {
    this.server = server;
    node();
    store();
    leases();
    disk();
    process();
    count(server.doors().calls());
  }

  String text() {
    return metrics.text();
  }

  private void node() {
    metrics
        .gauge(
            "etcd_server_has_leader",
            "Whether a leader is known: 1 or 0.",
            () -> inService(s -> s.node().group().leadership().leader() == null ? 0 : 1))
        .gauge(
            "etcd_server_is_leader",
            "Whether this node leads: 1 or 0.",
            () -> inService(s -> s.node().group().leads() ? 1 : 0))
        .gauge(
            "etcd_server_is_learner",
            "Whether this node has no vote: 1 or 0.",
            () -> inService(s -> s.node().group().replica().isLearner(s.node().id()) ? 1 : 0))
        .counter(
            "etcd_server_leader_changes_seen_total",
            "How often a leader was found.",
            () -> inService(s -> s.node().group().leaderChanges()))
        .gauge(
            "etcd_server_proposals_committed_total",
            "How far all is decided.",
            () -> inService(s -> s.node().group().replica().decided()))
        .gauge(
            "etcd_server_proposals_applied_total",
            "How far all has taken effect.",
            () -> inService(s -> s.node().group().replica().applied()))
        .gauge(
            "etcd_server_proposals_pending",
            "Commands whose callers wait.",
            () -> inService(s -> s.node().group().pendingProposals()))
        .counter(
            "etcd_server_proposals_failed_total",
            "Commands that got no result.",
            () -> inService(s -> s.node().group().failedProposals()))
        .gauge(
            "quorate_term",
            "The term of the present leadership.",
            () -> inService(s -> s.node().group().leadership().term()))
        .counter(
            "quorate_damaged_frames_total",
            "Frames from other nodes that could not be read.",
            () -> inService(s -> s.node().damagedFrames()))
        .gauge(
            "quorate_client_connections", "Connections that speak gRPC.", server.doors()::clients)
        .gauge(
            "quorate_out_of_service",
            "Whether the node takes no part in anything: 1 or 0.",
            () -> server.outOfService() == null ? 0 : 1);
  }

  private double inService(ToDoubleFunction<Server> value) {
    return server.outOfService() == null ? value.applyAsDouble(server) : 0;
  }

  private void store() {
    metrics
        .gauge(
            "etcd_mvcc_db_total_size_in_bytes",
            "Bytes of storage on disk.",
            () -> ofStore(KvStore::bytesOnDisk))
        .gauge(
            "etcd_mvcc_db_total_size_in_use_in_bytes",
            "Bytes of storage that hold something, estimated.",
            () -> ofStore(KvStore::bytesInUse))
        .gauge(
            "etcd_debugging_mvcc_current_revision",
            "The store's revision.",
            () -> ofStore(KvStore::revision))
        .gauge(
            "etcd_debugging_mvcc_compact_revision",
            "The revision before which nothing superseded is kept.",
            () -> ofStore(KvStore::compacted));
    GaugeWithCallback.builder()
        .name("etcd_debugging_server_alarms")
        .help("Alarms that are raised.")
        .labelNames("server_id", "alarm_type")
        .callback(take -> {
          var store = server.openStore();
          if (store != null) {
            store
                .alarms()
                .forEach(alarm -> take.call(1, Long.toHexString(alarm.node()), alarm.name()));
          }
        })
        .register(metrics.registry());
  }

  private double ofStore(ToDoubleFunction<KvStore> value) {
    var store = server.openStore();
    return store == null ? 0 : value.applyAsDouble(store);
  }

  private void leases() {
    metrics
        .counter(
            "etcd_debugging_lease_granted_total",
            "Leases granted.",
            () -> ofLeases(LeaseCounters::granted))
        .counter(
            "etcd_debugging_lease_revoked_total",
            "Leases revoked or expired.",
            () -> ofLeases(leases -> leases.revoked() + leases.expired()))
        .counter(
            "etcd_debugging_lease_renewed_total",
            "Leases renewed by this node as the lessor.",
            () -> ofLeases(LeaseCounters::renewed))
        .counter(
            "etcd_debugging_server_lease_expired_total",
            "Leases expired.",
            () -> ofLeases(LeaseCounters::expired));
  }

  private double ofLeases(ToDoubleFunction<LeaseCounters> value) {
    var lessor = server.lessor();
    return lessor == null ? 0 : value.applyAsDouble(lessor.counters());
  }

  private void disk() {
    metrics
        .counter(
            "quorate_journal_flushes_total",
            "Frames made durable.",
            () -> server.disk().times().count())
        .counter(
            "quorate_journal_flush_seconds_total",
            "Time that took.",
            () -> server.disk().times().totalNanos() / NANOS);
  }

  private void process() {
    ProcessFacts.addTo(metrics);
    metrics.gauge(
        "quorate_netty_direct_bytes",
        "Direct memory that network buffers take up.",
        PlatformDependent::usedDirectMemory);
  }

  private void count(RpcCounters counters) {
    CounterWithCallback.builder()
        .name("grpc_server_started_total")
        .help("Calls begun.")
        .labelNames("grpc_type", "grpc_service", "grpc_method")
        .callback(take ->
            counters
                .methods()
                .forEach(method ->
                    take.call(
                        (double) method.startedCount(),
                        method.type(),
                        method.service(),
                        method.name())))
        .register(metrics.registry());
    CounterWithCallback.builder()
        .name("grpc_server_handled_total")
        .help("Calls ended, by how.")
        .labelNames("grpc_type", "grpc_service", "grpc_method", "grpc_code")
        .callback(take ->
            counters
                .methods()
                .forEach(method ->
                    method.forEachCode((code, count) ->
                        take.call(
                            (double) count, method.type(), method.service(), method.name(), code))))
        .register(metrics.registry());
  }
}
