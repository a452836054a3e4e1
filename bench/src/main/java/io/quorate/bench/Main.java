package io.quorate.bench;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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
  /// What is done to a system, in this order.
  enum Scene {
    /// Every kind of request, through leader and follower.
    LOAD,
    /// Puts beside many watchers and leases.
    CROWD,
    /// The leader is killed.
    KILL,
    /// A million keys in a system that has just begun.
    MEMORY
  }

  @Option(names = "--quick", description = "Fewer rounds and shorter ones: about eight minutes.")
  boolean quick;

  @Option(
      names = "--scenes",
      paramLabel = "SCENE",
      split = ",",
      description = "Only these of ${COMPLETION-CANDIDATES}, separated by commas (default: all).")
  Set<Scene> scenes = EnumSet.allOf(Scene.class);

  @Option(
      names = "--rows",
      paramLabel = "REGEX",
      description = "Of the load only rows whose names contain a match, such as 'random keys'.")
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

  private final Table table = new Table();
  private int elections;

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    var data = Path.of("target", "bench").toAbsolutePath();
    var load = new Load(data);
    int last = rounds > 0 ? rounds : quick ? 1 : 3;
    for (int round = 1; round <= last; round++) {
      for (var system : Contender.Product.values()) {
        if (only.isEmpty() || only.equals(system.label)) {
          System.err.printf("round %d of %d: %s%n", round, last, system.label);
          play(system, data, load);
        }
      }
    }
    System.out.println(table);
    System.out.printf("elections during the load, all rounds: Quorate %d%n", elections);
    Files.createDirectories(markdown.toAbsolutePath().getParent());
    try (var out = new PrintWriter(markdown.toFile(), StandardCharsets.UTF_8)) {
      out.print(table.markdown());
    }
    return 0;
  }

  private void play(Contender.Product system, Path data, Load load) throws Exception {
    if (!scenes.equals(Set.of(Scene.MEMORY))) {
      try (var contender = new Contender(system, program(system), data)) {
        var on = new Scenes(contender, load, table, rows, sizes());
        on.warmUp();
        if (scenes.contains(Scene.LOAD)) {
          long risen = on.load();
          elections += system == Contender.Product.QUORATE ? (int) risen : 0;
        }
        if (scenes.contains(Scene.CROWD)) {
          on.crowd();
        }
        if (scenes.contains(Scene.KILL)) {
          on.failOver(4);
        }
      }
    }
    if (scenes.contains(Scene.MEMORY)) {
      try (var contender = new Contender(system, program(system), data)) {
        new Scenes(contender, load, table, rows, sizes()).memory();
      }
    }
  }

  private Scenes.Sizes sizes() {
    return quick
        ? new Scenes.Sizes(seconds > 0 ? seconds : 2, 2, 6, 2)
        : new Scenes.Sizes(seconds > 0 ? seconds : 4, 3, 10, 3);
  }

  private static List<String> program(Contender.Product product) {
    return switch (product) {
      case QUORATE -> List.of(Path.of("quorate").toAbsolutePath().toString(), "server");
      case ETCD -> List.of("etcd", "--logger=zap", "--log-level=error");
    };
  }
}
