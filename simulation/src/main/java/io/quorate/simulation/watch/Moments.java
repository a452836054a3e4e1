package io.quorate.simulation.watch;

import java.util.Map;
import java.util.TreeMap;

/// Counts what a good set of runs should see now and then: if the simulator goes quiet, these stay
/// at nought, and the runs fail that call for them.
public final class Moments {
  private final Map<String, Integer> counts = new TreeMap<>();

  /// It has happened.
  public void saw(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  public Map<String, Integer> counts() {
    return counts;
  }
}
