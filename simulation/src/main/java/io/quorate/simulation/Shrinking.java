package io.quorate.simulation;

import io.quorate.simulation.Simulation.Plan;
import io.quorate.simulation.Simulation.Report;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds as few of a failing run's faults as still break the same promise (delta debugging: Zeller
/// and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002).
public final class Shrinking {
  private final Plan plan;
  private final String promise;
  private int runsLeft;

  private Shrinking(Plan plan, String promise, int runs) {
    this.plan = plan;
    this.promise = promise;
    this.runsLeft = runs;
  }

  /// @param runs how many runs it may take
  /// @return the numbers of the faults that are left
  public static List<Integer> of(Report failed, int runs) {
    var violation = failed.violation();
    if (violation == null) {
      throw new IllegalArgumentException("the run did not fail");
    }
    var plan = failed.plan();
    var all = new ArrayList<Integer>();
    int drawn = Simulation.faults(plan).size();
    for (int number = 0; number < drawn; number++) {
      if (plan.kept().test(number)) {
        all.add(number);
      }
    }
    return new Shrinking(plan, violation.promise(), runs).fewest(all);
  }

  private List<Integer> fewest(List<Integer> faults) {
    var left = faults;
    int parts = 2;
    while (left.size() >= 2 && runsLeft > 0) {
      var smaller = without(left, parts);
      if (smaller != null) {
        left = smaller;
        parts = Math.max(2, parts - 1);
      } else if (parts >= left.size()) {
        break;
      } else {
        parts = Math.min(left.size(), 2 * parts);
      }
    }
    return left.size() == 1 && fails(List.of()) ? List.of() : left;
  }

  /// Leaves out one of so many parts, if what remains still fails.
  private @Nullable List<Integer> without(List<Integer> faults, int parts) {
    for (int part = 0; part < parts; part++) {
      int from = faults.size() * part / parts;
      int to = faults.size() * (part + 1) / parts;
      var rest = new ArrayList<>(faults.subList(0, from));
      rest.addAll(faults.subList(to, faults.size()));
      if (fails(rest)) {
        return rest;
      }
    }
    return null;
  }

  private boolean fails(List<Integer> faults) {
    if (runsLeft-- <= 0) {
      return false;
    }
    var violation = Simulation.run(plan.keeping(faults::contains), Trace.NONE).violation();
    return violation != null && violation.promise().equals(promise);
  }
}
