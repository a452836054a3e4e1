package io.quorate.simulation.mutants;

import io.quorate.consensus.raft.Raft;
import io.quorate.simulation.Profile;
import io.quorate.simulation.Simulation;
import io.quorate.simulation.Simulation.Checks;
import io.quorate.simulation.Simulation.Plan;
import io.quorate.simulation.Trace;
import java.util.List;
import java.util.function.BiFunction;

/// One run, of whichever code it is loaded with. Called from outside its loader, so it takes and
/// gives what the JDK has words for: a seed and what the run is held against; the promise that was
/// broken and how, or nothing.
public final class OneRun implements BiFunction<Long, String, List<String>> {
  @Override
  public List<String> apply(Long seed, String checks) {
    var plan = Plan.of(seed, Raft.PROTOCOL, Profile.SWARM);
    var violation = Simulation.run(plan, Trace.NONE, Checks.valueOf(checks)).violation();
    return violation == null ? List.of() : List.of(violation.promise(), violation.what());
  }
}
