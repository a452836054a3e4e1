package io.quorate.server.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.quorate.node.Times;
import java.util.List;
import java.util.function.Consumer;

/// One metric whose values are [Times], as Prometheus's library reads them: seconds.
///
/// @param labels the names of what tells its histograms apart
record TimesCollector(
    String name, String help, List<String> labels, Consumer<NodeMetrics.Histograms> read)
    implements Collector {
  private static final double NANOS = 1e9;

  @Override
  public MetricFamilyDescriptor getMetricFamilyDescriptor() {
    return MetricFamilyDescriptor.of(MetricType.HISTOGRAM, new MetricMetadata(name, help), labels);
  }

  @Override
  public MetricSnapshot collect() {
    var snapshot = HistogramSnapshot.builder().name(name).help(help);
    read.accept((times, values) ->
        snapshot.dataPoint(
            HistogramDataPointSnapshot.builder()
                .labels(Labels.of(labels.toArray(String[]::new), values))
                .classicHistogramBuckets(buckets(times))
                .sum(times.sum() / NANOS)
                .build()));
    return snapshot.build();
  }

  private static ClassicHistogramBuckets buckets(Times times) {
    var buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < times.bounds(); i++) {
      buckets.bucket(times.bound(i) / NANOS, times.count(i));
    }
    return buckets.bucket(Double.POSITIVE_INFINITY, times.count(times.bounds())).build();
  }
}
