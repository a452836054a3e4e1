package io.quorate.server.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.DoubleSupplier;

/// The metrics of one node: read, not counted, when somebody asks for them.
///
/// Where the meaning is etcd's, so is the name, and dashboards made for etcd show it; what is
/// Quorate's own begins with `quorate_`.
public final class NodeMetrics {
  private final PrometheusRegistry registry = new PrometheusRegistry();

  public NodeMetrics gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(take -> take.call(value.getAsDouble()))
        .register(registry);
    return this;
  }

  public NodeMetrics counter(String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(take -> take.call(value.getAsDouble()))
        .register(registry);
    return this;
  }

  /// For metrics with labels.
  public PrometheusRegistry registry() {
    return registry;
  }

  /// All metrics in Prometheus's text format.
  public String text() {
    var out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
