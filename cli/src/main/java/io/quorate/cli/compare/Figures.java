package io.quorate.cli.compare;

import java.util.List;

/// All that one run of `compare` has measured.
///
/// @param protocols in the order in which they are shown
public record Figures(
    Setting setting,
    List<String> protocols,
    List<Metric> metrics,
    List<PartitionFigure> partitions) {
  /// What was run, and where.
  ///
  /// @param command the command line that does it again
  /// @param nodes sizes of the simulated clusters
  /// @param rounds of the real part; 0: there was none
  /// @param machine cores, Java and where the data lay
  public record Setting(
      String command, List<Integer> nodes, long seeds, long seed, int rounds, String machine) {}

  public Figures {
    protocols = List.copyOf(protocols);
    metrics = List.copyOf(metrics);
    partitions = List.copyOf(partitions);
  }

  /// Those of one measure, by the number of nodes.
  public List<Metric> of(Measure measure) {
    return metrics.stream().filter(metric -> metric.measure() == measure).toList();
  }
}
