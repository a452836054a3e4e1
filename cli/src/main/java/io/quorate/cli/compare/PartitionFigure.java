package io.quorate.cli.compare;

import io.quorate.simulation.experiment.Partition;

/// What became of clusters of one size and protocol in one kind of partition.
///
/// @param runs how many there were
/// @param inTime in how many writes were back within four election timeouts
/// @param gap the longest time without writes in each run: milliseconds
/// @param answering how many nodes answered at the end of each run
/// @param leaderships how many began in each run
/// @param terms how many new terms any node took for the present one in each run
public record PartitionFigure(
    Partition partition,
    int nodes,
    String protocol,
    int runs,
    int inTime,
    Samples gap,
    Samples answering,
    Samples leaderships,
    Samples terms) {
  public boolean isAlwaysInTime() {
    return inTime == runs;
  }
}
