package io.quorate.server.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.quorate.node.Times;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/// The metrics of one node: read, not counted, when somebody asks for them.
///
/// Where the meaning is etcd's, so is the name, and dashboards made for etcd show it; what is
/// Quorate's own begins with `quorate_`. The names of counters end in `_total`; what etcd counts
/// under another name is written as a gauge here, for Prometheus's library adds that ending.
public final class NodeMetrics {
  private final PrometheusRegistry registry = new PrometheusRegistry();

  /// Takes the values of one metric.
  public interface Values {
    /// @param labels their values, in the order of their names
    void add(double value, String... labels);
  }

  /// Takes the histograms of one metric.
  public interface Histograms {
    /// @param labels their values, in the order of their names
    void add(Times times, String... labels);
  }

  public NodeMetrics gauge(String name, String help, DoubleSupplier value) {
    return gauges(name, help, List.of(), values -> values.add(value.getAsDouble()));
  }

  /// A gauge that is always 1, for what its one label says.
  public NodeMetrics fact(String name, String help, String label, Supplier<String> value) {
    return gauges(name, help, List.of(label), values -> values.add(1, value.get()));
  }

  /// @param labels their names
  public NodeMetrics gauges(String name, String help, List<String> labels, Consumer<Values> read) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(labels.toArray(String[]::new))
        .callback(take -> read.accept(take::call))
        .register(registry);
    return this;
  }

  public NodeMetrics counter(String name, String help, DoubleSupplier value) {
    return counters(name, help, List.of(), values -> values.add(value.getAsDouble()));
  }

  /// @param labels their names
  public NodeMetrics counters(
      String name, String help, List<String> labels, Consumer<Values> read) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(labels.toArray(String[]::new))
        .callback(take -> read.accept(take::call))
        .register(registry);
    return this;
  }

  public NodeMetrics histogram(String name, String help, Supplier<Times> times) {
    return histograms(name, help, List.of(), histograms -> histograms.add(times.get()));
  }

  /// @param labels their names
  public NodeMetrics histograms(
      String name, String help, List<String> labels, Consumer<Histograms> read) {
    registry.register(new TimesCollector(name, help, labels, read));
    return this;
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
