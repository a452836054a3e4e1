package io.quorate.server.metrics;

import io.quorate.server.http.HealthCounts;
import java.util.List;

/// What probes were told (etcd-P2, P3).
public final class HealthMetrics {
  private HealthMetrics() {}

  public static void addTo(NodeMetrics metrics, HealthCounts probes) {
    metrics
        .gauge("etcd_server_health_success", "How often /health said yes.", probes::healthy)
        .gauge("etcd_server_health_failures", "How often /health said no.", probes::unhealthy)
        .gauges(
            "etcd_server_healthcheck",
            "What a check came to last: 1 or 0.",
            List.of("type", "name"),
            values ->
                probes.forEachCheck(
                    (page, name, successes, errors, good) -> values.add(good ? 1 : 0, page, name)))
        .counters(
            "etcd_server_healthchecks_total",
            "What checks came to.",
            List.of("type", "name", "status"),
            values ->
                probes.forEachCheck((page, name, successes, errors, good) -> {
                  values.add((double) successes, page, name, "success");
                  values.add((double) errors, page, name, "error");
                }));
  }
}
