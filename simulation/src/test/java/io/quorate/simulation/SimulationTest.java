package io.quorate.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.Protocol;
import io.quorate.node.Protocols;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs whole clusters through the faults of fresh seeds, one seed per thread, and of all that ever
/// failed.
class SimulationTest {
  private static final long SECOND = 1_000_000_000;

  /// How long fresh seeds are run, unless their number is given.
  private static final long ENOUGH = 60 * SECOND;

  /// So many at least, on a machine however busy: fewer may miss some of the moments and faults.
  private static final long LEAST = 120;

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
          "image compared",
          "image installed",
          "leader deposed with open reads",
          "progress by itself",
          "progress on demand",
          "read lost",
          "read of what was compacted",
          "restart with a torn tail",
          "unknown outcome later seen",
          "watch goes on elsewhere",
          "watch of a slow client",
          "watch of what was compacted");

  private static List<String> momentsOf(Protocol protocol) {
    return switch (protocol.name()) {
      case "raft" ->
          List.of(
              "a learner follows",
              "leadership transfer",
              "read answered by a lease",
              "takes over when told to",
              "undecided entries replaced");
      case "paxos" ->
          List.of(
              "a learner follows",
              "chosen out of order",
              "promise in several runs",
              "value of an earlier ballot proposed again");
      case "zab" ->
          List.of(
              "DIFF",
              "TRUNC",
              "a learner follows",
              "catch-up in the place of SNAP",
              "discovery failed",
              "epoch accepted for another leader",
              "leader hands over",
              "leader steps down unanswered",
              "link opened anew");
      default -> List.of();
    };
  }

  static List<Protocol> protocols() {
    return Protocols.names().stream().map(Protocols::named).toList();
  }

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

  private static Report run(Protocol protocol, long seed) {
    return Simulation.run(Plan.of(seed, protocol, Profile.SWARM), Trace.NONE);
  }

  private static void keepsPromises(@Nullable Report report) {
    var violation = report == null ? null : report.violation();
    if (report != null && violation != null) {
      long seed = report.plan().seed();
      throw new AssertionError(
          "./quorate sim --protocol %s --seed %d breaks %s at %.3f s: %s%s"
              .formatted(
                  report.plan().protocol().name(),
                  seed,
                  violation.promise(),
                  violation.at() / 1e9,
                  violation.what(),
                  violation.cluster()),
          violation.cause());
    }
  }

  @ParameterizedTest
  @MethodSource("protocols")
  void freshSeeds(Protocol protocol) throws InterruptedException {
    boolean given = Long.getLong("seeds") != null;
    long from = Long.getLong("from", RandomGenerator.getDefault().nextLong(1_000_000_000) * 10_000);
    long most = Long.getLong("seeds", MOST);
    System.out.printf(
        "%s: fresh seeds from %d on: again by -Dfrom=%d -Dseeds=…%n", protocol.name(), from, from);
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
                  var report = run(protocol, from + number);
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
          .containsAll(MOMENTS)
          .containsAll(momentsOf(protocol));
      assertThat(totals.faults.keySet())
          .as("the faults that struck")
          .containsExactlyInAnyOrderElementsOf(Fault.kinds());
      assertThat(totals.unknown).as("calls of unknown outcome").isPositive();
      assertThat(totals.undecided)
          .as("keys for which no order was found nor excluded")
          .isLessThanOrEqualTo(totals.searched / 20);
    }
  }

  /// Each of them once broke a promise.
  @ParameterizedTest
  @CsvSource({
    "raft, 100896",
    "raft, 49637215666",
    "raft, 474260243550",
    "raft, 600065828080",
    "raft, 1087380510485",
    "paxos, 285722028517",
    "paxos, 509664925830",
    "paxos, 978872522336",
    "paxos, 700554789644",
    "paxos, 929974945325",
    "paxos, 526712289806",
    "paxos, 926696682218",
    "paxos, 5852730580246",
    "zab, 44682628974",
    "zab, 556904269868",
    "zab, 787145955442",
    "zab, 943681444813",
    "zab, 8600260750514"
  })
  void seedsThatOnceFailed(String protocol, long seed) {
    keepsPromises(run(Protocols.named(protocol), seed));
  }
}
