package io.quorate.bench;

import io.quorate.bench.Load.Kind;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Starts etcd and Quorate in turn, several times, loads both alike, and prints both and their
/// ratio.
@Command(
    name = "bench/run",
    description = "Measures Quorate and etcd side by side: three processes each, with real fsync.",
    mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
  private static final List<Integer> IN_FLIGHT = List.of(1, 16, 64, 256);

  @Option(names = "--quick", description = "Fewer rounds and shorter ones: about four minutes.")
  boolean quick;

  @Option(
      names = "--rows",
      paramLabel = "REGEX",
      description = "Measure only rows whose names contain a match, such as 'random keys'.")
  Pattern rows = Pattern.compile("");

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each system is started (default: 3, with --quick 1).")
  int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long each row is measured (default: 4, with --quick 2).")
  int seconds;

  @Option(
      names = "--only",
      paramLabel = "SYSTEM",
      description = "Start only this one: quorate or etcd.")
  String only = "";

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description = "Write the table to a file as well.")
  Path markdown = Path.of("target", "bench", "table.md");

  private static final String FAIL_OVER = "writes back after SIGKILL of the leader, ms";

  private final Table table = new Table();
  private int elections;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    var home = Path.of("").toAbsolutePath();
    var data = home.resolve("target/bench");
    var load = new Load(data);
    int last = rounds > 0 ? rounds : quick ? 1 : 3;
    for (int round = 1; round <= last; round++) {
      for (var system : Contender.Product.values()) {
        if (!only.isEmpty() && !only.equals(system.label)) {
          continue;
        }
        progress("round %d of %d: %s".formatted(round, last, system.label));
        try (var contender = new Contender(system, program(system, home), data)) {
          measure(contender, load);
          if (isAsked(FAIL_OVER)) {
            failOver(contender, quick ? 4 : round == last ? 4 : 3);
          }
        }
      }
    }
    var text = table.toString();
    System.out.println(text);
    System.out.printf("elections during the load, all rounds: Quorate %d%n", elections);
    Files.createDirectories(markdown.toAbsolutePath().getParent());
    try (var out = new PrintWriter(markdown.toFile(), StandardCharsets.UTF_8)) {
      out.print(table.markdown());
    }
    return 0;
  }

  private static List<String> program(Contender.Product product, Path home) {
    return switch (product) {
      case QUORATE -> List.of(home.resolve("quorate").toString(), "server");
      case ETCD -> List.of("etcd", "--logger=zap", "--log-level=error");
    };
  }

  private boolean isAsked(String row) {
    return rows.matcher(row).find();
  }

  private static void progress(String what) {
    System.err.println(what);
  }

  private int seconds() {
    return seconds > 0 ? seconds : quick ? 2 : 4;
  }

  private void measure(Contender contender, Load load) throws Exception {
    int leader = contender.awaitLeader();
    int follower = (leader + 1) % Contender.NODES;
    long term = contender.status(leader).getRaftTerm();
    // Both paths warm: a JVM's first seconds are another story.
    for (var node : List.of(leader, follower)) {
      for (var kind : Kind.values()) {
        load.run(kind, contender.port(node), 64, quick ? 2 : 3);
      }
    }
    for (var node : List.of(leader, follower)) {
      RandomLoad.puts(contender.channel(node), 256, quick ? 6 : 10); // the generator itself too
    }
    for (var kind : Kind.values()) {
      for (int inFlight : IN_FLIGHT) {
        row(
            contender,
            "%s, leader, hot key".formatted(words(kind)),
            kind,
            inFlight,
            () -> load.run(kind, contender.port(leader), inFlight, seconds()));
      }
    }
    for (var kind : Kind.values()) {
      for (int inFlight : List.of(16, 256)) {
        row(
            contender,
            "%s, follower, hot key".formatted(words(kind)),
            kind,
            inFlight,
            () -> load.run(kind, contender.port(follower), inFlight, seconds()));
      }
    }
    for (var node : List.of(leader, follower)) {
      var where = node == leader ? "leader" : "follower";
      for (int inFlight : List.of(64, 256)) {
        row(
            contender,
            "puts, %s, random keys".formatted(where),
            Kind.PUT,
            inFlight,
            () -> RandomLoad.puts(contender.channel(node), inFlight, seconds()));
      }
    }
    table.add(
        "memory of all three after the load, MB",
        contender.system,
        Usage.of(contender.pids()).residentBytes() / 1e6);
    if (contender.system == Contender.Product.QUORATE) {
      elections += (int) (contender.status(contender.awaitLeader()).getRaftTerm() - term);
    }
  }

  private static String words(Kind kind) {
    return switch (kind) {
      case PUT -> "puts";
      case GET -> "linearizable gets";
      case SERIALIZABLE_GET -> "serializable gets";
    };
  }

  private interface Run {
    Load.Result run() throws Exception;
  }

  private void row(Contender contender, String what, Kind kind, int inFlight, Run run)
      throws Exception {
    var name = "%s, %d in flight".formatted(what, inFlight);
    if (!isAsked(name)) {
      return;
    }
    var before = Usage.of(contender.pids());
    var result = run.run();
    var after = Usage.of(contender.pids());
    var system = contender.system;
    progress("  %-50s %,10.0f/s".formatted(name, result.perSecond()));
    table.add(name + ": per second", system, result.perSecond());
    table.add(name + ": p50 us", system, (double) result.p50());
    table.add(name + ": p99 us", system, (double) result.p99());
    double count = Math.max(1, result.count());
    table.add(name + ": CPU us each", system, (after.cpuMicros() - before.cpuMicros()) / count);
    if (kind == Kind.PUT) {
      table.add(name + ": wake-ups each", system, (after.wakeUps() - before.wakeUps()) / count);
    }
  }

  private void failOver(Contender contender, int kills) throws Exception {
    for (int i = 0; i < kills; i++) {
      double millis = FailOver.once(contender);
      progress("  writes back after SIGKILL of the leader: %.0f ms".formatted(millis));
      table.add(FAIL_OVER, contender.system, millis);
    }
  }
}
