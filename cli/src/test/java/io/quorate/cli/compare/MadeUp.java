package io.quorate.cli.compare;

import io.quorate.simulation.experiment.Partition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Figures that nobody has measured, for tests.
final class MadeUp {
  static final String ONE = "one";
  static final String OTHER = "an<other>";

  private final List<Metric> metrics = new ArrayList<>();
  private final List<PartitionFigure> partitions = new ArrayList<>();

  MadeUp metric(Measure measure, int nodes, List<Double> one, List<Double> other) {
    var of = new LinkedHashMap<String, Samples>();
    of.put(ONE, Samples.of(one));
    of.put(OTHER, Samples.of(other));
    metrics.add(new Metric(measure, nodes, of));
    return this;
  }

  MadeUp partition(Partition partition, int nodes, int inTimeOfOne, int inTimeOfOther) {
    partitions.add(figure(partition, nodes, ONE, inTimeOfOne));
    partitions.add(figure(partition, nodes, OTHER, inTimeOfOther));
    return this;
  }

  private static PartitionFigure figure(
      Partition partition, int nodes, String protocol, int inTime) {
    return new PartitionFigure(
        partition,
        nodes,
        protocol,
        10,
        inTime,
        Samples.of(List.of(1_200.0)),
        Samples.of(List.of(2.0)),
        Samples.of(List.of(1.0)),
        Samples.of(List.of(1.0)));
  }

  Figures figures() {
    return new Figures(
        new Figures.Setting("./quorate compare --output a&b", List.of(3), 4, 1, 0, "2 \"cores\""),
        List.of(ONE, OTHER),
        metrics,
        partitions);
  }
}
