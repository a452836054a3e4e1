package io.quorate.server;

import io.netty.util.internal.PlatformDependent;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.metrics.DiskMetrics;
import io.quorate.server.metrics.HealthMetrics;
import io.quorate.server.metrics.LinkMetrics;
import io.quorate.server.metrics.NodeMetrics;
import io.quorate.server.metrics.ProcessFacts;
import io.quorate.server.metrics.RpcMetrics;
import java.util.function.ToDoubleFunction;

/// What is told of a server over `/metrics`: etcd's names where the meaning is etcd's (etcd-P1 to
/// P7).
final class ServerMetrics {
  private final Server server;
  private final NodeMetrics metrics = new NodeMetrics();

  ServerMetrics(Server server, ServerConfig config) {
    this.server = server;
    identity();
    node();
    reads();
    StoreMetrics.addTo(metrics, server, config.quotaBackendBytes());
    DiskMetrics.addTo(metrics, server.disk().times(), server.storageTimes());
    LinkMetrics.addTo(metrics, server.network(), server.node().id());
    RpcMetrics.addTo(metrics, server.doors().calls(), config.extensiveMetrics());
    HealthMetrics.addTo(metrics, server.doors().probes());
    process();
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

  private void reads() {
    metrics
        .counter(
            "etcd_server_slow_read_indexes_total",
            "How often a leader had to be asked once more how far a read must see.",
            () -> inService(s -> s.node().group().slowBarriers()))
        .counter(
            "etcd_server_read_indexes_failed_total",
            "Reads that no leader let go in time.",
            () -> inService(s -> s.node().group().failedBarriers()))
        .gauge(
            "etcd_server_snapshot_apply_in_progress_total",
            "Whether another node's state is taking the place of this one's: 1 or 0.",
            () -> inService(s -> s.node().group().replica().isInstalling() ? 1 : 0))
        .counter(
            "etcd_server_heartbeat_send_failures_total",
            "How often this node, while it led, was late with signs of life.",
            server::late);
  }

  private double inService(ToDoubleFunction<Server> value) {
    return server.outOfService() == null ? value.applyAsDouble(server) : 0;
  }

  private void identity() {
    var version = Version.ETCD_API;
    metrics
        .fact(
            "etcd_server_id",
            "The id of this node.",
            "server_id",
            () -> Long.toHexString(server.node().id()))
        .fact(
            "etcd_server_version",
            "The version of etcd whose API is spoken.",
            "server_version",
            () -> version)
        .fact(
            "etcd_cluster_version",
            "The version of etcd that the cluster is like.",
            "cluster_version",
            () -> version.substring(0, version.lastIndexOf('.')));
  }

  private void process() {
    ProcessFacts.addTo(metrics);
    metrics.gauge(
        "quorate_netty_direct_bytes",
        "Direct memory that network buffers take up.",
        PlatformDependent::usedDirectMemory);
  }
}
