package io.quorate.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.raft.Raft;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SimulationTest {
  @Test
  void seeds() {
    long from = Long.getLong("from", 0);
    long count = Long.getLong("seeds", 50);
    var moments = new TreeMap<String, Integer>();
    var faults = new TreeMap<String, Integer>();
    long events = 0;
    long answered = 0;
    long unknown = 0;
    int elections = 0;
    int starts = 0;
    long start = System.nanoTime();
    for (long seed = from; seed < from + count; seed++) {
      var report =
          Simulation.run(Simulation.Plan.of(seed, Raft.PROTOCOL, Profile.SWARM), Trace.NONE);
      var violation = report.violation();
      if (violation != null) {
        throw new AssertionError(
            "seed "
                + seed
                + " nodes "
                + report.nodes()
                + " at "
                + violation.at() / 1e9
                + " "
                + violation.promise()
                + ": "
                + violation.what()
                + violation.cluster(),
            violation.cause());
      }
      report.moments().forEach((what, times) -> moments.merge(what, times, Integer::sum));
      report.faults().forEach((what, times) -> faults.merge(what, times, Integer::sum));
      events += report.events();
      answered += report.answered();
      unknown += report.unknown();
      elections += report.elections();
      starts += report.starts();
    }
    System.out.printf(
        "%d seeds %d events %d answered %d unknown %d elections %d starts %s %s %.1f s%n",
        count,
        events,
        answered,
        unknown,
        elections,
        starts,
        moments,
        faults,
        (System.nanoTime() - start) / 1e9);
    assertThat(Map.of()).isEmpty();
  }
}
