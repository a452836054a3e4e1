package io.quorate.cli;

import io.quorate.node.Protocols;
import io.quorate.simulation.Profile;
import io.quorate.simulation.Shrinking;
import io.quorate.simulation.Simulation;
import io.quorate.simulation.Simulation.Plan;
import io.quorate.simulation.Simulation.Report;
import io.quorate.simulation.Trace;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `quorate sim`: runs whole clusters in virtual time, a seed per thread, and says of a failing one
/// how to run it again.
@Command(
    name = "sim",
    description = {
      "Runs whole clusters in virtual time, through faults, and checks every step.",
      "The same seed always comes to the same run."
    },
    exitCodeList = {"0:every promise was kept", "1:one was broken", "2:wrong usage"},
    exitCodeListHeading = "Exit codes:%n",
    mixinStandardHelpOptions = true)
final class SimCommand implements Callable<Integer> {
  private static final int SHRINKING_RUNS = 300;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      description = "How the nodes agree: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      completionCandidates = ProtocolNames.class,
      defaultValue = "raft")
  String protocol = "raft";

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "How many fresh seeds (default: ${DEFAULT-VALUE}).",
      defaultValue = "1000")
  long seeds = 1000;

  @Option(names = "--seed", paramLabel = "N", description = "Run this one seed only.")
  @Nullable Long seed;

  @Option(
      names = "--faults",
      paramLabel = "PROFILE",
      description = {
        "calm: nothing goes wrong;",
        "swarm: each seed draws its own mix (default: ${DEFAULT-VALUE})."
      },
      defaultValue = "swarm")
  String faults = "swarm";

  @Option(
      names = "--keep",
      paramLabel = "NUMBER",
      split = ",",
      description = "Of the faults that the seed draws, only these strike; none: no fault does.")
  @Nullable List<String> keep;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "How many nodes, 1 to 9; otherwise each seed draws it.")
  int nodes;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "How long faults strike in each run, in virtual minutes (default: 13 seconds).")
  double minutes;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many seeds run side by side (default: one per core).")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--trace", description = "Print a line per event; with --seed.")
  boolean trace;

  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    check();
    var out = spec.commandLine().getOut();
    var single = seed;
    if (single != null) {
      return runOne(plan(single), out);
    }
    long first = RandomGenerator.getDefault().nextLong(1L << 40);
    var sweep = new SeedSweep(this::plan, first, seeds, threads);
    var failed = sweep.run(spec.commandLine().getErr());
    sweep.totals().print(out);
    if (failed == null) {
      out.printf(Locale.ROOT, "%d seeds from %d on, every promise kept%n", seeds, first);
      return 0;
    }
    describe(failed, out);
    return 1;
  }

  private void check() {
    if (!Protocols.names().contains(protocol)) {
      throw new IllegalArgumentException(
          "--protocol is one of %s, not %s"
              .formatted(String.join(", ", Protocols.names()), protocol));
    }
    if (nodes < 0 || nodes > 9) {
      throw new IllegalArgumentException("--nodes is 1 to 9, not " + nodes);
    }
    if (seeds < 1 || threads < 1) {
      throw new IllegalArgumentException("--seeds and --threads are at least 1");
    }
    if (seed == null && (trace || keep != null)) {
      throw new IllegalArgumentException("--trace and --keep go with --seed");
    }
    if (minutes < 0 || minutes > 600) {
      throw new IllegalArgumentException("--minutes is up to 600, not " + minutes);
    }
    profile();
    kept();
  }

  private Profile profile() {
    return switch (faults) {
      case "calm" -> Profile.CALM;
      case "swarm" -> Profile.SWARM;
      default -> throw new IllegalArgumentException("--faults is calm or swarm, not " + faults);
    };
  }

  private IntPredicate kept() {
    var numbers = keep;
    if (numbers == null) {
      return number -> true;
    }
    if (numbers.equals(List.of("none"))) {
      return number -> false;
    }
    try {
      var kept = numbers.stream().map(Integer::valueOf).toList();
      return kept::contains;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--keep takes numbers such as 3,17, or none");
    }
  }

  private Plan plan(long number) {
    var agreeing = Protocols.named(protocol);
    var usual = Plan.of(number, agreeing, profile());
    long length = minutes == 0 ? usual.faults() : (long) (minutes * 60e9);
    return new Plan(number, agreeing, nodes, profile(), length, kept());
  }

  private int runOne(Plan plan, PrintWriter out) {
    var totals = new SimTotals();
    var report = Simulation.run(plan, trace ? Trace.to(out::println) : Trace.NONE);
    totals.add(report);
    totals.print(out);
    if (report.violation() == null) {
      out.printf("seed %d, every promise kept%n", plan.seed());
      return 0;
    }
    describe(report, out);
    return 1;
  }

  private void describe(Report failed, PrintWriter out) {
    var violation = failed.violation();
    if (violation == null) {
      return;
    }
    out.printf(
        Locale.ROOT,
        "%nseed %d breaks %s at %.3f s: %s%n",
        failed.plan().seed(),
        violation.promise(),
        violation.at() / 1e9,
        violation.what());
    out.println(violation.cluster().strip());
    if (violation.promise().equals("stop")) {
      violation.cause().printStackTrace(out);
    }
    out.flush();
    var left = keep != null ? null : Shrinking.of(failed, SHRINKING_RUNS);
    if (left != null) {
      var all = Simulation.faults(failed.plan());
      out.printf("%n%d of its %d faults are enough:%n", left.size(), all.size());
      left.forEach(number -> out.printf("%5d %s%n", number, all.get(number)));
    }
    out.printf("%nagain, event by event:%n  ./quorate sim %s%n", options(failed.plan(), left));
  }

  private String options(Plan plan, @Nullable List<Integer> left) {
    var text =
        new StringBuilder(
            "--seed %s --protocol %s --faults %s".formatted(plan.seed(), protocol, faults));
    if (nodes != 0) {
      text.append(" --nodes ").append(nodes);
    }
    if (minutes != 0) {
      text.append(" --minutes ").append(minutes);
    }
    if (left != null) {
      var numbers = left.stream().map(String::valueOf).toList();
      text.append(" --keep ").append(numbers.isEmpty() ? "none" : String.join(",", numbers));
    } else if (keep != null) {
      text.append(" --keep ").append(String.join(",", keep));
    }
    return text.append(" --trace").toString();
  }
}
