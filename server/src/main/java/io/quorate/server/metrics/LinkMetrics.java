package io.quorate.server.metrics;

import io.quorate.server.net.LinkCounts;
import io.quorate.server.net.NettyNetwork;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What passes between nodes (etcd-P2, P3, P4, P7).
public final class LinkMetrics {
  private final NodeMetrics metrics;
  private final NettyNetwork network;
  private final String self;

  private LinkMetrics(NodeMetrics metrics, NettyNetwork network, long self) {
    this.metrics = metrics;
    this.network = network;
    this.self = Long.toHexString(self);
  }

  /// @param self this node's id
  public static void addTo(NodeMetrics metrics, NettyNetwork network, long self) {
    new LinkMetrics(metrics, network, self).add();
  }

  private void add() {
    perNode("etcd_network_peer_sent_bytes_total", "Bytes sent.", "To", LinkCounts::sentBytes);
    perNode(
        "etcd_network_peer_received_bytes_total",
        "Bytes received.",
        "From",
        LinkCounts::receivedBytes);
    perNode(
        "etcd_network_peer_sent_failures_total",
        "Frames that were not sent, for there was no link or too much waited for it.",
        "To",
        LinkCounts::notSentCount);
    perNode(
        "etcd_network_peer_received_failures_total",
        "Links that were closed over what came in.",
        "From",
        LinkCounts::notReceivedCount);
    metrics
        .counters(
            "etcd_network_disconnected_peers_total",
            "Links that broke.",
            List.of("Local", "Remote"),
            values ->
                network
                    .counts()
                    .forEach((node, counts) ->
                        values.add((double) counts.brokenCount(), self, hex(node))))
        .gauges(
            "etcd_network_known_peers",
            "Other nodes.",
            List.of("Local", "Remote"),
            values -> network.counts().keySet().forEach(node -> values.add(1, self, hex(node))))
        .gauges(
            "etcd_network_active_peers",
            "Whether the link to a node is up: 1 or 0.",
            List.of("Local", "Remote"),
            values ->
                network
                    .counts()
                    .keySet()
                    .forEach(
                        node -> values.add(network.isConnected(node) ? 1 : 0, self, hex(node))))
        .histograms(
            "etcd_network_peer_round_trip_time_seconds",
            "From this node's loop to another's and back, once a second.",
            List.of("To"),
            histograms ->
                network
                    .counts()
                    .forEach((node, counts) -> histograms.add(counts.roundTrips(), hex(node))));
  }

  private void perNode(String name, String help, String label, ToDoubleFunction<LinkCounts> value) {
    metrics.counters(
        name,
        help,
        List.of(label),
        values ->
            network
                .counts()
                .forEach((node, counts) -> values.add(value.applyAsDouble(counts), hex(node))));
  }

  private static String hex(long node) {
    return Long.toHexString(node);
  }
}
