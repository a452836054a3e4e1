package io.quorate.simulation.mutants;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Whether the simulator catches what it is there to catch.
class MutantTest {
  private static final String OURS = "io.quorate.";
  private static final String ALL = "ALL";
  private static final String HISTORY = "HISTORY";

  /// Of the mutants that are caught soon, so many are run each time, and so many of the benign.
  private static final int KILLED = 6;

  private static final int BENIGN = 1;
  private static final int SOON = 6;

  /// A mutant that survives so many times the seeds within which it mostly is caught has become
  /// invisible.
  private static final int PATIENCE = 20;

  private static final int BENIGN_SEEDS = 20;
  private static final long BUDGET = 40_000_000_000L;

  /// Streams of seeds lie so far apart.
  private static final long STREAM = 1_000_000_000L;

  private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..");

  private final MutantCompiler compiler = new MutantCompiler(ROOT);

  private static List<Mutant> mutants() {
    return Mutant.all();
  }

  private static List<Mutant> scriptedMutants() {
    return Mutant.all().stream().filter(mutant -> !mutant.scripts().isEmpty()).toList();
  }

  private MutantLoader load(Mutant mutant) throws IOException {
    return new MutantLoader(ROOT, compiler.compile(mutant));
  }

  private static long firstSeed() {
    return Long.getLong("mutants.from", new SecureRandom().nextLong(1L << 40));
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void fitsAndCompiles(Mutant mutant) throws Exception {
    assertThat(compiler.compile(mutant)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"no such text, nowhere", "default void, more than once"})
  void aPatchThatDoesNotFitIsRefused(String text, String where) {
    var file = "simulation/src/main/java/io/quorate/simulation/watch/Watch.java";
    var patch = new Mutant.Patch(file, text, "");
    var mutant = new Mutant("M00", "None.", "raft", 1, List.of(), List.of(patch));
    assertThatThrownBy(() -> mutant.applied(ROOT)).hasMessageContaining("stands " + where);
  }

  private static List<String> scripts() {
    return scriptedMutants().stream()
        .flatMap(mutant -> mutant.scripts().stream())
        .map(Mutant.Script::test)
        .distinct()
        .toList();
  }

  /// What fails with a bug passes without, in the same surroundings.
  @ParameterizedTest
  @MethodSource("scripts")
  void scenariosPassWithoutBugs(String test) throws Exception {
    var scripts = new Scripts(new MutantLoader(ROOT, Map.of()));
    assertThat(scripts.failing(OURS + test)).isEmpty();
  }

  /// A scenario that would pass with its bug put back tests nothing.
  @ParameterizedTest
  @MethodSource("scriptedMutants")
  void scenariosFailWithTheirBugPutBack(Mutant mutant) throws Exception {
    var scripts = new Scripts(load(mutant));
    for (var script : mutant.scripts()) {
      assertThat(scripts.failing(OURS + script.test()))
          .as("what fails of %s", script)
          .anyMatch(failing -> failing.contains(script.name()));
    }
  }

  /// A few of them each time, drawn from the first seed.
  @Test
  void mutantsAreCaught() throws Exception {
    long from = firstSeed();
    System.out.printf("mutants: -Dmutants.from=%d%n", from);
    long until = System.nanoTime() + BUDGET;
    for (var mutant : drawn(from)) {
      int most = mutant.isBenign() ? BENIGN_SEEDS : PATIENCE * mutant.usually();
      var kill = new Hunt(load(mutant), mutant.hunted()).hunt(from, most, until, ALL).kill();
      System.out.printf("%-5s %s%n", mutant.id(), kill.map(Object::toString).orElse("survives"));
      if (mutant.isBenign()) {
        assertThat(kill).as("what breaks promises by mutant %s", mutant).isEmpty();
      } else if (kill.isEmpty() && System.nanoTime() - until < 0) {
        fail("mutant %s survives %d seeds from %d".formatted(mutant, most, from));
      }
    }
  }

  private static List<Mutant> drawn(long from) {
    var mutants = new ArrayList<>(mutants());
    Collections.shuffle(mutants, new Random(from));
    var soon = mutants.stream().filter(each -> each.isCaughtWithin(SOON));
    var drawn = new ArrayList<>(soon.limit(KILLED).toList());
    mutants.stream().filter(Mutant::isBenign).limit(BENIGN).forEach(drawn::add);
    return drawn;
  }

  /// All of them, as a table: how many seeds each took, as the median of several streams.
  @Test
  @EnabledIfSystemProperty(named = "mutants.streams", matches = "\\d+")
  void table() throws Exception {
    long from = firstSeed();
    int streams = Integer.getInteger("mutants.streams");
    int most = Integer.getInteger("mutants.seeds", 1_000);
    long seconds = Long.getLong("mutants.seconds", 300);
    var only = System.getProperty("mutants.only", "");
    System.out.printf("mutants: first seeds %d + i * %d%n", from, STREAM);
    row("id", "mutant", "all", "history alone", "scenarios");
    for (var mutant : mutants()) {
      if (!mutant.id().matches(only.isEmpty() ? ".*" : only)) {
        continue;
      }
      var hunt = new Hunt(load(mutant), mutant.hunted());
      row(
          mutant.id(),
          mutant.title(),
          taken(hunt, from, streams, most, seconds, ALL),
          taken(hunt, from, streams, most, seconds, HISTORY),
          mutant.scripts().stream().map(Mutant.Script::scenario).distinct().collect(joining(", ")));
    }
  }

  private static void row(String id, String title, String all, String history, String scenarios) {
    System.out.printf(
        Locale.ROOT,
        "| %-5s | %-60s | %-14s | %-14s | %-12s |%n",
        id,
        title,
        all,
        history,
        scenarios);
  }

  private static String taken(
      Hunt hunt, long from, int streams, int most, long seconds, String checks) {
    var catches = new ArrayList<Hunt.Catch>();
    for (int stream = 0; stream < streams; stream++) {
      long until = System.nanoTime() + seconds * 1_000_000_000L;
      catches.add(hunt.hunt(from + stream * STREAM, most, until, checks));
    }
    catches.sort(
        Comparator.<Hunt.Catch, Boolean>comparing(each -> each.kill().isEmpty())
            .thenComparingInt(Hunt.Catch::seeds));
    var median = catches.get(catches.size() / 2);
    var promises = new LinkedHashSet<String>();
    catches.forEach(each -> each.kill().map(Hunt.Kill::promise).ifPresent(promises::add));
    return (median.kill().isEmpty() ? "over " : "")
        + median.seeds()
        + " "
        + String.join(", ", promises);
  }
}
