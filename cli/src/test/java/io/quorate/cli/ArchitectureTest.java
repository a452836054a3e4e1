package io.quorate.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What `docs/ARCHITECTURE.md` says of the modules, held against the class files.
class ArchitectureTest {
  /// In this order; each imports only what stands above it.
  private static final List<String> MODULES =
      List.of(
          "api",
          "consensus",
          "journal",
          "replica",
          "store",
          "node",
          "simulation",
          "server",
          "client",
          "cli");

  /// Where nothing may be left to chance: one seed, one run.
  private static final List<String> DETERMINISTIC =
      List.of("consensus", "journal", "replica", "store", "node", "simulation");

  /// What differs from run to run or from machine to machine, by class and method; `*`: all of it.
  private static final Map<String, List<String>> CHANCE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(
                  "java.lang.System",
                  List.of(
                      "nanoTime",
                      "currentTimeMillis",
                      "identityHashCode",
                      "getenv",
                      "getProperty",
                      "getProperties")),
              Map.entry("java.lang.Math", List.of("random")),
              Map.entry("java.lang.Thread", List.of("*")),
              Map.entry("java.lang.ThreadLocal", List.of("*")),
              Map.entry("java.lang.Runtime", List.of("*")),
              Map.entry("java.lang.Object", List.of("hashCode", "wait", "notify", "notifyAll")),
              Map.entry("java.time.Clock", List.of("*")),
              Map.entry("java.time.Instant", List.of("now")),
              Map.entry("java.time.LocalDateTime", List.of("now")),
              Map.entry("java.time.ZonedDateTime", List.of("now")),
              Map.entry("java.util.Random", List.of("*")),
              Map.entry("java.util.UUID", List.of("randomUUID")),
              Map.entry("java.util.HashMap", List.of("*")),
              Map.entry("java.util.HashSet", List.of("*")),
              Map.entry("java.util.IdentityHashMap", List.of("*")),
              Map.entry("java.util.WeakHashMap", List.of("*")),
              Map.entry("java.util.Set", List.of("of", "copyOf")),
              Map.entry("java.util.Map", List.of("of", "ofEntries", "copyOf")),
              Map.entry("java.util.Collection", List.of("parallelStream")),
              Map.entry("java.util.stream.BaseStream", List.of("parallel")),
              Map.entry("java.util.stream.Collectors", List.of("toSet", "toMap", "groupingBy")),
              Map.entry("java.util.stream.StreamSupport", List.of("*")),
              Map.entry("java.util.Locale", List.of("getDefault")),
              Map.entry("java.util.TimeZone", List.of("getDefault")),
              Map.entry("java.time.ZoneId", List.of("systemDefault")),
              Map.entry("java.time.LocalDate", List.of("now")),
              Map.entry("java.nio.charset.Charset", List.of("defaultCharset")),
              Map.entry("java.security.SecureRandom", List.of("*"))));

  private static final List<String> CHANCE_PACKAGES =
      List.of(
          "java.util.concurrent", "java.io.File", "java.nio.file", "java.nio.channels", "java.net");

  private static JavaClasses classesOf(String module) {
    var classes = new ClassFileImporter().importPath(Path.of("..", module, "target", "classes"));
    assertThat(classes).as("classes of module %s", module).isNotEmpty();
    return classes;
  }

  private static String moduleOf(JavaClass type) {
    var name = type.getPackageName();
    if (!name.startsWith("io.quorate.")) {
      return "";
    }
    return name.substring("io.quorate.".length()).replaceAll("[.].*", "");
  }

  @Test
  void modulesImportOnlyWhatStandsAboveThem() {
    for (var module : MODULES) {
      var above = MODULES.subList(0, MODULES.indexOf(module) + 1);
      noClasses()
          .should()
          .dependOnClassesThat(
              describe(
                  "belong to a module below " + module,
                  type -> !moduleOf(type).isEmpty() && !above.contains(moduleOf(type))))
          .check(classesOf(module));
    }
  }

  @Test
  void theClientImportsNothingButTheApi() {
    noClasses()
        .should()
        .dependOnClassesThat(
            describe(
                "belong to neither client nor api",
                type -> !List.of("", "client", "api").contains(moduleOf(type))))
        .check(classesOf("client"));
  }

  @Test
  void consensusKnowsNothingButTheJdk() {
    noClasses()
        .should()
        .dependOnClassesThat(
            describe(
                "are neither the JDK's nor its own",
                type ->
                    !type.getPackageName().startsWith("java.")
                        && !type.getPackageName().startsWith("io.quorate.consensus")
                        && !type.getPackageName().startsWith("org.jspecify")
                        && !type.getPackageName().isEmpty()))
        .check(classesOf("consensus"));
  }

  @Test
  void protocolsKnowNothingOfEachOther() {
    for (var protocol : List.of("raft", "paxos", "zab")) {
      noClasses()
          .that()
          .resideInAPackage("io.quorate.consensus." + protocol + "..")
          .should()
          .dependOnClassesThat(
              describe(
                  "belong to another protocol",
                  type ->
                      type.getPackageName().startsWith("io.quorate.consensus.")
                          && !type.getPackageName().endsWith(".wire")
                          && !type.getPackageName().endsWith(".shared")
                          && !type.getPackageName().endsWith("." + protocol)))
          .allowEmptyShould(true)
          .check(classesOf("consensus"));
    }
  }

  @Test
  void nothingIsLeftToChanceWhereTheSimulatorReplays() {
    var found = new ArrayList<String>();
    for (var module : DETERMINISTIC) {
      for (var type : classesOf(module)) {
        for (var access : type.getAccessesFromSelf()) {
          if (isChance(access)) {
            found.add(access.getDescription());
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  /// `%d` writes the digits of the machine's locale, in texts and so also in names and traces; `%s`
  /// writes ours.
  private static final Pattern NUMBERS_OF_THE_LOCALE =
      Pattern.compile(
          "\"[^\"\n"
              + "]*%[-#+ 0,(]*\\d*(?:[.]\\d+)?[dfeEgG][^\n"
              + "]*\"(?:\\s*[+]?\\s*\"[^\n"
              + "]*\")*[)]?\\s*[.]formatted[(]");

  @Test
  void noTextDependsOnTheLocaleWhereTheSimulatorReplays() throws IOException {
    var found = new ArrayList<String>();
    for (var module : DETERMINISTIC) {
      try (var files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (var file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          NUMBERS_OF_THE_LOCALE
              .matcher(Files.readString(file))
              .results()
              .forEach(match -> found.add(file + ": " + match.group()));
        }
      }
    }
    assertThat(found).as("use %%s for numbers").isEmpty();
  }

  /// Methods that ask for the locale or the charset of the machine unless they are told another.
  private static boolean isOfTheLocale(JavaAccess<?> access) {
    if (!(access.getTarget() instanceof AccessTarget.CodeUnitAccessTarget target)) {
      return false;
    }
    var parameters = target.getRawParameterTypes();
    var first = parameters.isEmpty() ? "" : parameters.getFirst().getName();
    return switch (access.getTargetOwner().getName() + "." + target.getName()) {
      case "java.lang.String.toLowerCase",
          "java.lang.String.toUpperCase",
          "java.lang.String.getBytes" ->
          parameters.isEmpty();
      case "java.lang.String.format", "java.io.PrintStream.printf", "java.io.PrintStream.format" ->
          first.equals("java.lang.String");
      default -> false;
    };
  }

  private static boolean isChance(JavaAccess<?> access) {
    if (isOfTheLocale(access)) {
      return true;
    }
    var owner = access.getTargetOwner();
    if (CHANCE_PACKAGES.stream().anyMatch(owner.getName()::startsWith)) {
      return true;
    }
    var methods = CHANCE.get(owner.getName());
    return methods != null
        && (methods.contains("*") || methods.contains(access.getTarget().getName()));
  }
}
