package io.quorate.server.metrics;

import io.quorate.node.Times;
import io.quorate.server.rpc.RpcCounters;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// What clients call, and how that goes (etcd-P3, P4, P6).
public final class RpcMetrics {
  private static final List<String> METHOD = List.of("grpc_type", "grpc_service", "grpc_method");
  private static final List<String> ENDED =
      List.of("grpc_type", "grpc_service", "grpc_method", "grpc_code");

  private RpcMetrics() {}

  /// @param extensive whether it is also told how long calls take, by method
  public static void addTo(NodeMetrics metrics, RpcCounters calls, boolean extensive) {
    perMethod(metrics, calls, "started_total", "Calls begun.", RpcCounters.Method::startedCount);
    perMethod(
        metrics,
        calls,
        "msg_received_total",
        "Messages that came in.",
        RpcCounters.Method::receivedCount);
    perMethod(
        metrics, calls, "msg_sent_total", "Messages that went out.", RpcCounters.Method::sentCount);
    metrics
        .counters(
            "grpc_server_handled_total",
            "Calls ended, by how.",
            ENDED,
            values ->
                calls
                    .methods()
                    .forEach(method ->
                        method.forEachCode((code, count) ->
                            values.add(
                                (double) count,
                                method.type(),
                                method.service(),
                                method.name(),
                                code))))
        .counter(
            "etcd_network_client_grpc_received_bytes_total",
            "Bytes of messages from clients.",
            () -> calls.methods().stream().mapToLong(RpcCounters.Method::receivedBytes).sum())
        .counter(
            "etcd_network_client_grpc_sent_bytes_total",
            "Bytes of messages to clients.",
            () -> calls.methods().stream().mapToLong(RpcCounters.Method::sentBytes).sum())
        .counters(
            "etcd_server_client_requests_total",
            "Calls, by the version that clients say they have.",
            List.of("type", "client_api_version"),
            values -> {
              calls
                  .clients(true)
                  .forEach((version, count) -> values.add((double) count, "unary", version));
              calls
                  .clients(false)
                  .forEach((version, count) -> values.add((double) count, "stream", version));
            })
        .histograms(
            "etcd_server_request_duration_seconds",
            "How long requests to the store take.",
            List.of("type", "success"),
            histograms -> requests(calls, histograms));
    if (extensive) {
      metrics.histograms(
          "grpc_server_handling_seconds",
          "How long calls take.",
          METHOD,
          histograms ->
              calls
                  .methods()
                  .forEach(method ->
                      histograms.add(
                          together(method), method.type(), method.service(), method.name())));
    }
  }

  private static void perMethod(
      NodeMetrics metrics,
      RpcCounters calls,
      String name,
      String help,
      ToDoubleFunction<RpcCounters.Method> value) {
    metrics.counters(
        "grpc_server_" + name,
        help,
        METHOD,
        values ->
            calls
                .methods()
                .forEach(method ->
                    values.add(
                        value.applyAsDouble(method),
                        method.type(),
                        method.service(),
                        method.name())));
  }

  private static void requests(RpcCounters calls, NodeMetrics.Histograms histograms) {
    for (var method : calls.methods()) {
      if (method.isUnary() && method.service().equals("etcdserverpb.KV")) {
        var type = method.name().toLowerCase(Locale.ROOT);
        histograms.add(method.times(true), type, "true");
        histograms.add(method.times(false), type, "false");
      }
    }
  }

  private static Times together(RpcCounters.Method method) {
    return method.times(true).plus(method.times(false));
  }
}
