package io.quorate.cli;

import io.quorate.cli.compare.Advice;
import io.quorate.cli.compare.CodePart;
import io.quorate.cli.compare.Figures;
import io.quorate.cli.compare.Metric;
import io.quorate.cli.compare.Page;
import io.quorate.cli.compare.PartitionFigure;
import io.quorate.cli.compare.Progress;
import io.quorate.cli.compare.RealPart;
import io.quorate.cli.compare.Sheet;
import io.quorate.cli.compare.SimulatedPart;
import io.quorate.node.Protocols;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `quorate compare`: runs the protocols on the same work, in the simulator and as real processes,
/// and says which to choose for what.
@Command(
    name = "compare",
    description = {
      "Runs all protocols on the same work and says which to choose for what:",
      "in the simulator (messages, bytes, fsyncs and delays of a write, take-over, partitions)",
      "and as three real processes each on this machine (puts, gets, SIGKILL of the leader).",
      "Prints tables, and writes one page of HTML that needs nothing else."
    },
    exitCodeList = {"0:done", "1:a cluster did not do what it should", "2:wrong usage"},
    exitCodeListHeading = "Exit codes:%n",
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  private static final int USUAL_SEEDS = 20;
  private static final int QUICK_SEEDS = 4;
  private static final List<Integer> USUAL_NODES = List.of(3, 5, 7);
  private static final List<Integer> QUICK_NODES = List.of(3, 5);
  private static final int WIDTH = 100;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Where the page is written (default: ${DEFAULT-VALUE}).",
      defaultValue = "compare.html")
  Path output = Path.of("compare.html");

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures to a file as well; the page has them, too.")
  @Nullable Path json;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "How many simulated runs of each kind (default: 20, with --quick 4).")
  int seeds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "The first seed: the same seeds come to the same simulated figures (default: 1).",
      defaultValue = "1")
  long seed = 1;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      split = ",",
      description = "Sizes of simulated clusters, 3 to 9 (default: 3,5,7, with --quick 3,5).")
  @Nullable List<Integer> nodes;

  @Option(names = "--quick", description = "Fewer and shorter runs: less than a minute.")
  boolean quick;

  @Option(names = "--simulated-only", description = "Start no real processes.")
  boolean simulatedOnly;

  @Option(names = "--real-only", description = "Simulate nothing.")
  boolean realOnly;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = {
        "Where real nodes keep their data meanwhile, in directories of their own",
        "(default: the system's directory for temporary files)."
      })
  Path dataDir = Path.of(System.getProperty("java.io.tmpdir"));

  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    check();
    long start = System.nanoTime();
    Figures figures;
    try {
      figures = measure();
      clearLine();
      Files.writeString(output, Page.of(figures));
      if (json != null) {
        Files.writeString(json, Page.json(figures));
      }
    } catch (IOException | IllegalStateException e) {
      clearLine();
      spec.commandLine().getErr().println("quorate: " + e.getMessage());
      return 1;
    }
    print(figures, (System.nanoTime() - start) / 1e9);
    return 0;
  }

  // Before the work

  private void check() {
    if (simulatedOnly && realOnly) {
      throw new IllegalArgumentException("--simulated-only and --real-only leave nothing to do");
    }
    if (seeds < 0 || seeds > 10_000 || (seeds == 0 && isGiven("--seeds"))) {
      throw new IllegalArgumentException("--seeds is 1 to 10000, not " + seeds);
    }
    for (int each : sizes()) {
      if (each < 3 || each > 9) {
        throw new IllegalArgumentException("--nodes are 3 to 9, not " + each);
      }
    }
    if (sizes().stream().distinct().count() < sizes().size()) {
      throw new IllegalArgumentException("--nodes names a size twice");
    }
    requireWritable("--output", output);
    if (json != null) {
      requireWritable("--json", json);
      if (json.toAbsolutePath().normalize().equals(output.toAbsolutePath().normalize())) {
        throw new IllegalArgumentException("--json and --output are the same file");
      }
    }
    if (!simulatedOnly && !(Files.isDirectory(dataDir) && Files.isWritable(dataDir))) {
      throw new IllegalArgumentException(
          "--data-dir %s is no directory that can be written to".formatted(dataDir));
    }
  }

  private boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  /// Finds out before minutes of work are done for nothing.
  private static void requireWritable(String option, Path file) {
    boolean existed = Files.exists(file);
    try (var _ =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      // It can be opened.
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s %s cannot be written: %s".formatted(option, file, reason(e)), e);
    }
    if (!existed) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // It is empty, and written in the end.
      }
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.NoSuchFileException missing -> "there is no such directory";
      case java.nio.file.AccessDeniedException denied -> "permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }

  private List<Integer> sizes() {
    return nodes != null ? nodes : quick ? QUICK_NODES : USUAL_NODES;
  }

  private int seeds() {
    return seeds > 0 ? seeds : quick ? QUICK_SEEDS : USUAL_SEEDS;
  }

  // The work

  private Figures measure() throws IOException, InterruptedException {
    var metrics = new ArrayList<Metric>();
    var partitions = new ArrayList<PartitionFigure>();
    if (!realOnly) {
      var simulated = new SimulatedPart(sizes(), seed, seeds(), progress());
      simulated.run(Runtime.getRuntime().availableProcessors());
      metrics.addAll(simulated.metrics());
      partitions.addAll(simulated.partitions());
    }
    var effort = quick ? RealPart.Effort.QUICK : RealPart.Effort.USUAL;
    if (!simulatedOnly) {
      var real = new RealPart(server(), dataDir, effort, progress());
      real.run();
      metrics.addAll(real.metrics());
    }
    metrics.addAll(CodePart.metrics());
    var setting =
        new Figures.Setting(
            commandLine(),
            realOnly ? List.of() : sizes(),
            realOnly ? 0 : seeds(),
            seed,
            simulatedOnly ? 0 : effort.rounds(),
            machine());
    return new Figures(setting, Protocols.names(), metrics, partitions);
  }

  /// How this very build runs a node.
  private static List<String> server() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:+UseCompactObjectHeaders",
        "-Xmx256m",
        "--sun-misc-unsafe-memory-access=allow",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName(),
        "server");
  }

  private String commandLine() {
    var text = new StringBuilder("./quorate compare");
    spec.commandLine().getParseResult().expandedArgs().stream()
        .filter(argument -> !argument.equals(spec.name()))
        .forEach(argument -> text.append(' ').append(argument));
    return text.toString();
  }

  private String machine() throws IOException {
    var simulated =
        realOnly
            ? "nothing simulated"
            : "seeds %d to %d simulated".formatted(seed, seed + seeds() - 1);
    var real =
        simulatedOnly
            ? "no real processes"
            : "real nodes' data on %s".formatted(Files.getFileStore(dataDir).type());
    return "%d cores, Java %s, %s; %s; %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            Runtime.version().feature(),
            System.getProperty("os.arch"),
            simulated,
            real);
  }

  // What is shown

  /// A line that renews itself where somebody looks; else a line for each new thing that is begun.
  private Progress progress() {
    var err = spec.commandLine().getErr();
    boolean renews = Terminal.isThere();
    var last = new StringBuilder();
    return (what, done, all) -> {
      synchronized (last) {
        if (renews) {
          err.print("\r\u001b[2K%s: %d of %d".formatted(what, done, all));
          err.flush();
        } else if (!what.contentEquals(last)) {
          err.println(what);
          err.flush();
        }
        last.setLength(0);
        last.append(what);
      }
    };
  }

  private void clearLine() {
    if (Terminal.isThere()) {
      spec.commandLine().getErr().print("\r\u001b[2K");
      spec.commandLine().getErr().flush();
    }
  }

  private void print(Figures figures, double seconds) {
    var out = spec.commandLine().getOut();
    for (var sheet : Sheet.of(figures)) {
      out.println(sheet.title());
      var table = new Table(sheet.heads().toArray(String[]::new));
      sheet.rows().forEach(row -> table.row(row.toArray()));
      table.lines().forEach(out::println);
      out.println();
    }
    out.println("What to choose for what");
    for (var sentence : Advice.of(figures)) {
      printWrapped(out, "- %s: %s".formatted(sentence.concern(), sentence.because()));
    }
    out.printf(
        Locale.ROOT, "%nmeasured in %.0f s; the page is %s%n", seconds, output.toAbsolutePath());
    out.flush();
  }

  private static void printWrapped(PrintWriter out, String text) {
    int column = 0;
    for (var word : text.split(" ", -1)) {
      if (column > 0 && column + 1 + word.length() > WIDTH) {
        out.println();
        out.print("  ");
        column = 2;
      } else if (column > 0) {
        out.print(" ");
        column++;
      }
      out.print(word);
      column += word.length();
    }
    out.println();
  }
}
