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
  /// The protocols that are best: the one with the best median, and all that cannot be told apart
  /// from it, or from one of these. So each of them is told apart from each of the others.
  public List<String> best() {
    var best = new ArrayList<Map.Entry<String, Samples>>();
    best.add(ranking().getFirst());
    for (int i = 0; i < best.size(); i++) {
      var one = best.get(i).getValue();
      for (var other : ranking()) {
        if (!best.contains(other) && other.getValue().isLike(one)) {
          best.add(other);
        }
      }
    }
    return best.stream().map(Map.Entry::getKey).toList();
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
