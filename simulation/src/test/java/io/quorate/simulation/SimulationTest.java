package io.quorate.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.raft.Raft;
import io.quorate.simulation.Simulation.Plan;
import io.quorate.simulation.Simulation.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs whole clusters through the faults of fresh seeds, one seed per thread, and of all that ever
/// failed.
class SimulationTest {
  private static final long SECOND = 1_000_000_000;

  /// How long fresh seeds are run, unless their number is given.
  private static final long ENOUGH = 100 * SECOND;

  /// So many at least, on a machine however busy: fewer may miss some of the moments.
  private static final long LEAST = 60;

  private static final long MOST = 2_000;

  /// What a simulator that has gone quiet would not see any more.
  private static final List<String> MOMENTS =
      List.of(
          "answer to a second attempt",
          "batch decided twice",
          "catch-up",
          "compaction carried out",
          "crash in the middle of a journal write",
          "entries learnt from a peer",
          "image installed",
          "leader deposed with open reads",
          "leadership transfer",
          "read lost",
          "read of what was compacted",
          "restart with a torn tail",
          "undecided entries replaced",
          "unknown outcome later seen");

  /// What all runs came to.
  private static final class Totals {
    final Map<String, Integer> moments = new TreeMap<>();
    final Map<String, Integer> faults = new TreeMap<>();
    long seeds;
    long events;
    long answered;
    long unknown;
    long searched;
    long undecided;

    synchronized void add(Report report) {
      report.moments().forEach((what, times) -> moments.merge(what, times, Integer::sum));
      report.faults().forEach((what, times) -> faults.merge(what, times, Integer::sum));
      seeds++;
      events += report.events();
      answered += report.answered();
      unknown += report.unknown();
      searched += report.searched();
      undecided += report.undecided();
    }
  }

  private static Report run(long seed) {
    return Simulation.run(Plan.of(seed, Raft.PROTOCOL, Profile.SWARM), Trace.NONE);
  }

  private static void keepsPromises(@Nullable Report report) {
    var violation = report == null ? null : report.violation();
    if (report != null && violation != null) {
      long seed = report.plan().seed();
      throw new AssertionError(
          "./quorate sim --seed %d breaks %s at %.3f s: %s%s"
              .formatted(
                  seed,
                  violation.promise(),
                  violation.at() / 1e9,
                  violation.what(),
                  violation.cluster()),
          violation.cause());
    }
  }

  @Test
  void freshSeeds() throws InterruptedException {
    boolean given = Long.getLong("seeds") != null;
    long from = Long.getLong("from", RandomGenerator.getDefault().nextLong(1_000_000_000) * 10_000);
    long most = Long.getLong("seeds", MOST);
    System.out.printf("fresh seeds from %d on: again by -Dfrom=%d -Dseeds=…%n", from, from);
    long start = System.nanoTime();
    var totals = new Totals();
    var next = new AtomicLong();
    var failed = new AtomicReference<@Nullable Report>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                while (failed.get() == null) {
                  long number = next.getAndIncrement();
                  boolean late = System.nanoTime() - start > ENOUGH && number >= LEAST;
                  if (number >= most || (late && !given)) {
                    return;
                  }
                  var report = run(from + number);
                  totals.add(report);
                  if (report.violation() != null) {
                    failed.compareAndSet(null, report);
                  }
                }
              }));
    }
    for (var thread : threads) {
      thread.join();
    }
    System.out.printf(
        "%d seeds, %d events, %.1f s, calls: %d answered, %d unknown; keys: %d explained, %d"
            + " undecided%n%s%n%s%n",
        totals.seeds,
        totals.events,
        (System.nanoTime() - start) / 1e9,
        totals.answered,
        totals.unknown,
        totals.searched,
        totals.undecided,
        totals.faults,
        totals.moments);
    keepsPromises(failed.get());
    if (totals.seeds >= LEAST) {
      assertThat(totals.moments.keySet())
          .as("the simulator has gone quiet: what the runs saw")
          .containsAll(MOMENTS);
      assertThat(totals.unknown).as("calls of unknown outcome").isPositive();
      assertThat(totals.undecided)
          .as("keys for which no order was found nor excluded")
          .isLessThanOrEqualTo(totals.searched / 20);
    }
  }

  /// Each of them once broke a promise.
  @ParameterizedTest
  @ValueSource(longs = {100_896, 600_065_828_080L})
  void seedsThatOnceFailed(long seed) {
    keepsPromises(run(seed));
  }
}
