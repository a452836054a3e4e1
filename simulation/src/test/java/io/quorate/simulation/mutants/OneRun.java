package io.quorate.simulation.mutants;

import io.quorate.node.Protocols;
import io.quorate.simulation.Profile;
import io.quorate.simulation.Simulation;
import io.quorate.simulation.Simulation.Checks;
import io.quorate.simulation.Simulation.Plan;
import io.quorate.simulation.Trace;
import java.util.List;
import java.util.function.BiFunction;

/// One run, of whichever code it is loaded with. Called from outside its loader, so it takes and
/// gives what the JDK has words for: a seed; a protocol's name and what the run is held against;
/// the promise that was broken and how, or nothing.
public final class OneRun implements BiFunction<Long, List<String>, List<String>> {
  @Override
  public List<String> apply(Long seed, List<String> how) {
    var plan = Plan.of(seed, Protocols.named(how.getFirst()), Profile.SWARM);
    var violation = Simulation.run(plan, Trace.NONE, Checks.valueOf(how.getLast())).violation();
    return violation == null ? List.of() : List.of(violation.promise(), violation.what());
  }
}
