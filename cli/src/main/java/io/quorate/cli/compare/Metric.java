package io.quorate.cli.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// One measure of every protocol, with one number of nodes.
///
/// @param nodes 0 where there are none
/// @param of the figures by protocol, in the order in which protocols are shown
public record Metric(Measure measure, int nodes, SequencedMap<String, Samples> of) {
  /// The protocols that are best: the one with the best median, and those that cannot be told apart
  /// from it.
  public List<String> best() {
    var first = ranking().getFirst();
    var best = new ArrayList<String>();
    for (var entry : ranking()) {
      if (entry.getValue().isLike(first.getValue())) {
        best.add(entry.getKey());
      }
    }
    return best;
  }

  /// By their medians, the best one first.
  public List<Map.Entry<String, Samples>> ranking() {
    var entries = new ArrayList<>(of.entrySet());
    entries.sort((one, other) -> {
      int byMedian = Double.compare(one.getValue().median(), other.getValue().median());
      return measure.better() == Measure.Better.LESS ? byMedian : -byMedian;
    });
    return entries;
  }
}
