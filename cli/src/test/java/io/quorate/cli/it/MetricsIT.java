package io.quorate.cli.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quorate.api.Compare;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.KVGrpc;
import io.quorate.api.PutRequest;
import io.quorate.api.RequestOp;
import io.quorate.api.TxnRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What dashboards and alerts made for etcd ask a node for, after some load (etcd-P1 to P7).
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsIT {
  private static final int PUTS = 200;

  private @Nullable Cluster cluster;

  /// Of the leader, by name and labels.
  private Map<String, Double> metrics = Map.of();

  @BeforeAll
  void load() throws Exception {
    var started = Cluster.of(3, "metrics", "--metrics=extensive").startAll();
    cluster = started;
    int leader = started.awaitLeader();
    var endpoint = started.endpoint(leader);
    try (var node = Node.at(endpoint)) {
      for (int i = 0; i < PUTS; i++) {
        node.put("key" + i, "value");
        node.get("key" + i);
      }
      node.everything();
      node.hash(0);
      var kv = KVGrpc.newBlockingStub(node.channel());
      kv.deleteRange(DeleteRangeRequest.newBuilder().setKey(utf8("key0")).build());
      kv.txn(
          TxnRequest.newBuilder()
              .addCompare(Compare.newBuilder().setKey(utf8("key1")).setVersion(1))
              .addSuccess(put("a"))
              .addSuccess(put("b"))
              .addFailure(put("a"))
              .addFailure(put("b"))
              .build());
    }
    get(endpoint, "/health");
    get(endpoint, "/readyz");
    Awaitility.await()
        .atMost(Cluster.PATIENCE)
        .until(() -> {
          metrics = metrics(get(endpoint, "/metrics"));
          return sum("etcd_network_peer_round_trip_time_seconds_count") >= 2
              && sum("etcd_disk_backend_commit_duration_seconds_count") > 0;
        });
  }

  @AfterAll
  void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static RequestOp put(String key) {
    return RequestOp.newBuilder()
        .setRequestPut(PutRequest.newBuilder().setKey(utf8(key)).setValue(utf8("v")))
        .build();
  }

  private static String get(String endpoint, String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://" + endpoint + path))
                  .version(HttpClient.Version.HTTP_1_1)
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static Map<String, Double> metrics(String text) {
    var found = new TreeMap<String, Double>();
    text.lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> {
          int space = line.lastIndexOf(' ');
          found.put(line.substring(0, space), value(line.substring(space + 1)));
        });
    return found;
  }

  private static double value(String text) {
    return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }

  /// Of all series of a name.
  private double sum(String name) {
    return metrics.entrySet().stream()
        .filter(each -> each.getKey().equals(name) || each.getKey().startsWith(name + "{"))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  private boolean has(String name) {
    return metrics.keySet().stream()
        .anyMatch(each -> each.equals(name) || each.startsWith(name + "{"));
  }

  /// The alerts' and the dashboard's first (P1), then the rest.
  @ParameterizedTest
  @CsvSource({
    "etcd_server_has_leader, 1, 1",
    "etcd_server_leader_changes_seen_total, 1, 10",
    "etcd_server_proposals_failed_total, 0, 100",
    "etcd_server_quota_backend_bytes, 2147483648, 2147483648",
    "etcd_mvcc_db_total_size_in_bytes, 1000, 1e9",
    "etcd_mvcc_db_total_size_in_use_in_bytes, 1000, 1e9",
    "etcd_disk_wal_fsync_duration_seconds_count, 100, 1e6",
    "etcd_disk_wal_fsync_duration_seconds_sum, 0.000001, 1000",
    "etcd_disk_backend_commit_duration_seconds_count, 1, 1e6",
    "etcd_network_peer_round_trip_time_seconds_count, 2, 1e4",
    "etcd_network_peer_round_trip_time_seconds_sum, 0.000001, 1000",
    "etcd_network_peer_sent_failures_total, 0, 1e4",
    "grpc_server_handled_total, 400, 1e4",
    "grpc_server_handling_seconds_count, 400, 1e4",
    "etcd_server_proposals_committed_total, 100, 1e5",
    "etcd_server_proposals_applied_total, 100, 1e5",
    "etcd_server_proposals_pending, 0, 10",
    "etcd_network_client_grpc_sent_bytes_total, 10000, 1e7",
    "etcd_network_client_grpc_received_bytes_total, 4000, 1e7",
    "etcd_network_peer_sent_bytes_total, 10000, 1e9",
    "etcd_network_peer_received_bytes_total, 1000, 1e9",
    "grpc_server_started_total, 400, 1e4",
    "process_resident_memory_bytes, 1e7, 1e10",
    "etcd_server_is_leader, 0, 1", // on a busy machine another may lead by now
    "etcd_server_is_learner, 0, 0",
    "etcd_server_id, 1, 1",
    "etcd_network_known_peers, 2, 2",
    "etcd_network_active_peers, 2, 2",
    "etcd_network_disconnected_peers_total, 0, 100",
    "etcd_network_peer_received_failures_total, 0, 100",
    "etcd_disk_wal_write_bytes_total, 10000, 1e9",
    "etcd_disk_wal_write_duration_seconds_count, 100, 1e6",
    "etcd_snap_fsync_duration_seconds_count, 0, 1e4",
    "etcd_disk_defrag_inflight, 0, 0",
    "etcd_disk_backend_defrag_duration_seconds_count, 0, 0",
    "etcd_mvcc_db_open_read_transactions, 0, 10",
    "os_fd_used, 10, 10000",
    "os_fd_limit, 100, 1e10",
    "process_open_fds, 10, 10000",
    "process_cpu_seconds_total, 0.1, 1e5",
    "etcd_server_health_success, 1, 1",
    "etcd_server_health_failures, 0, 0",
    "etcd_server_healthchecks_total, 4, 4",
    "etcd_server_slow_apply_total, 0, 100",
    "etcd_server_slow_read_indexes_total, 0, 1000",
    "etcd_server_read_indexes_failed_total, 0, 100",
    "etcd_server_heartbeat_send_failures_total, 0, 1000",
    "etcd_server_snapshot_apply_in_progress_total, 0, 0",
    "etcd_server_apply_duration_seconds_count, 200, 1e4",
    "etcd_server_range_duration_seconds_count, 201, 1e4",
    "etcd_server_request_duration_seconds_count, 400, 1e4",
    "etcd_mvcc_put_total, 202, 202",
    "etcd_mvcc_delete_total, 1, 1",
    "etcd_mvcc_txn_total, 1, 1",
    "etcd_mvcc_range_total, 201, 1e4",
    "etcd_mvcc_hash_rev_duration_seconds_count, 1, 1",
    "etcd_debugging_mvcc_current_revision, 203, 203",
    "etcd_debugging_mvcc_compact_revision, -1, -1",
    "etcd_debugging_mvcc_total_put_size_in_bytes, 2000, 1e5",
    "etcd_debugging_mvcc_db_compaction_keys_total, 0, 0",
    "etcd_debugging_mvcc_watcher_total, 0, 0",
    "etcd_debugging_mvcc_watch_stream_total, 0, 0",
    "etcd_debugging_mvcc_slow_watcher_total, 0, 0",
    "etcd_debugging_mvcc_events_total, 0, 0",
  })
  void aNodeTellsWhatItDid(String name, double least, double most) {
    assertThat(has(name)).as(name).isTrue();
    assertThat(sum(name)).as(name).isBetween(least, most);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "etcd_server_version{server_version=\"3.7.0\"}",
        "etcd_cluster_version{cluster_version=\"3.7\"}",
        "etcd_server_healthcheck{type=\"readyz\",name=\"linearizable_read\"}",
        "etcd_server_client_requests_total{type=\"unary\",client_api_version=\"unknown\"}",
      })
  void factsStandInLabels(String series) {
    var labels = series.substring(series.indexOf('{') + 1, series.length() - 1).split(",");
    assertThat(metrics.entrySet())
        .anyMatch(each ->
            each.getKey().startsWith(series.substring(0, series.indexOf('{') + 1))
                && java.util.Arrays.stream(labels).allMatch(each.getKey()::contains)
                && each.getValue() >= 1);
  }

  private double grpc(String metric, String... labels) {
    return metrics.entrySet().stream()
        .filter(each -> each.getKey().startsWith(metric + "{"))
        .filter(each -> java.util.Arrays.stream(labels).allMatch(each.getKey()::contains))
        .mapToDouble(Map.Entry::getValue)
        .findFirst()
        .orElse(Double.NaN);
  }

  @Test
  void callsAreThereBeforeTheFirst() {
    var put = "grpc_method=\"Put\"";
    assertThat(grpc("grpc_server_started_total", put, "unary")).isEqualTo(PUTS);
    assertThat(grpc("grpc_server_msg_received_total", put)).isEqualTo(PUTS);
    assertThat(grpc("grpc_server_msg_sent_total", put)).isEqualTo(PUTS);
    assertThat(grpc("grpc_server_handled_total", put, "grpc_code=\"OK\"")).isEqualTo(PUTS);
    assertThat(grpc("grpc_server_handled_total", put, "grpc_code=\"Unavailable\"")).isZero();
    assertThat(grpc("grpc_server_started_total", "grpc_method=\"Watch\"", "bidi_stream")).isZero();
    assertThat(grpc("grpc_server_handling_seconds_bucket", put, "le=\"+Inf\"")).isEqualTo(PUTS);
  }

  @Test
  void bucketsAreEtcdsAndRise() {
    var name = "etcd_disk_wal_fsync_duration_seconds_bucket{le=\"";
    assertThat(metrics).containsKeys(name + "0.001\"}", name + "8.192\"}", name + "+Inf\"}");
    assertThat(requireNonNull(metrics.get(name + "+Inf\"}")))
        .isEqualTo(metrics.get("etcd_disk_wal_fsync_duration_seconds_count"))
        .isGreaterThanOrEqualTo(metrics.get(name + "0.001\"}"));
  }
}
