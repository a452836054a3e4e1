package io.quorate.simulation.mutants;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/// A deliberate bug, or for a benign one a difference that breaks no promise: patches on copies of
/// the sources. The files lie in the resources; their README says how they are written.
///
/// @param id as `docs/reliability.md` lists it
/// @param usually within how many seeds it mostly is caught; 0: seeds catch it rarely or never
/// @param scripts scripted tests that fail with it
record Mutant(
    String id,
    String title,
    String protocol,
    int usually,
    List<Script> scripts,
    List<Patch> patches) {
  /// @param scenario as `docs/reliability.md` lists it
  /// @param test the class of a test of any module, without `io.quorate.`
  /// @param name part of the name of the test in it that fails
  record Script(String scenario, String test, String name) {}

  /// @param file a source, from the root of the project
  /// @param old what stands there, once
  record Patch(String file, String old, String replacement) {}

  private static final Pattern HEAD = Pattern.compile("(\\w+) \\((\\w+)\\): (.+)");
  private static final Pattern USUALLY = Pattern.compile("mostly within (\\d+) seeds?");
  private static final Pattern SCRIPT = Pattern.compile("fails ([\\w, -]+): ([\\w.]+) (.+)");

  /// Whether it is a difference that nothing ever may call a bug.
  boolean isBenign() {
    return usually == 0 && scripts.isEmpty();
  }

  /// The protocol of the runs in which it is looked for.
  String hunted() {
    return protocol.equals("any") ? "raft" : protocol;
  }

  /// Whether seeds mostly catch it within so many.
  boolean isCaughtWithin(int seeds) {
    return usually > 0 && usually <= seeds;
  }

  /// All mutants, in the order of their ids.
  static List<Mutant> all() {
    try {
      var folder = Objects.requireNonNull(Mutant.class.getResource("README.md"), "the mutants");
      var mutants = new ArrayList<Mutant>();
      try (var files = Files.list(Path.of(folder.toURI()).resolveSibling(""))) {
        for (var file : files.filter(each -> each.toString().endsWith(".txt")).sorted().toList()) {
          var mutant = parse(file.getFileName().toString(), Files.readAllLines(file));
          if (!file.endsWith(mutant.id + ".txt")) {
            throw new IllegalArgumentException(file + " holds mutant " + mutant.id);
          }
          mutants.add(mutant);
        }
      }
      return mutants;
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("the mutants cannot be read", e);
    }
  }

  static Mutant parse(String name, List<String> lines) {
    var head = HEAD.matcher(lines.getFirst());
    if (!head.matches()) {
      throw new IllegalArgumentException(name + " begins with no id, protocol and title");
    }
    int patches = lines.indexOf("");
    var scripts = lines.subList(2, patches).stream().map(line -> script(name, line)).toList();
    return new Mutant(
        head.group(1),
        head.group(3),
        head.group(2),
        usually(name, lines.get(1), scripts),
        scripts,
        patches(lines.subList(patches, lines.size())));
  }

  private static int usually(String name, String line, List<Script> scripts) {
    if (line.equals(scripts.isEmpty() ? "benign" : "rarely by seeds")) {
      return 0;
    }
    var usually = USUALLY.matcher(line);
    if (!usually.matches()) {
      throw new IllegalArgumentException(
          name + " says neither what catches it nor that it is benign");
    }
    return Integer.parseInt(usually.group(1));
  }

  private static Script script(String name, String line) {
    var script = SCRIPT.matcher(line);
    if (!script.matches()) {
      throw new IllegalArgumentException(name + " has a line that tells of no script: " + line);
    }
    return new Script(script.group(1), script.group(2), script.group(3));
  }

  private enum Part {
    FILE,
    OLD,
    REPLACEMENT
  }

  private static List<Patch> patches(List<String> lines) {
    var patches = new ArrayList<Patch>();
    var part = Part.FILE;
    var file = "";
    var old = new ArrayList<String>();
    var replacement = new ArrayList<String>();
    for (var line : lines) {
      switch (line) {
        case "<<<" -> part = Part.OLD;
        case "===" -> part = Part.REPLACEMENT;
        case ">>>" -> {
          patches.add(new Patch(file, String.join("\n", old), String.join("\n", replacement)));
          old.clear();
          replacement.clear();
          part = Part.FILE;
        }
        default -> {
          switch (part) {
            case FILE -> file = line.isEmpty() ? file : line;
            case OLD -> old.add(line);
            case REPLACEMENT -> replacement.add(line);
          }
        }
      }
    }
    return patches;
  }

  /// The patched sources, by file.
  ///
  /// @param root of the project
  /// @throws IllegalStateException if a patch does not fit any more
  Map<String, String> applied(Path root) throws IOException {
    var sources = new LinkedHashMap<String, String>();
    for (var patch : patches) {
      var before = sources.get(patch.file);
      if (before == null) {
        before = Files.readString(root.resolve(patch.file));
      }
      int at = before.indexOf(patch.old);
      if (at < 0 || before.indexOf(patch.old, at + 1) >= 0) {
        throw new IllegalStateException(
            "mutant %s does not fit any more: this stands %s in %s:%n%s"
                .formatted(id, at < 0 ? "nowhere" : "more than once", patch.file, patch.old));
      }
      sources.put(
          patch.file,
          before.substring(0, at) + patch.replacement + before.substring(at + patch.old.length()));
    }
    return sources;
  }

  @Override
  public String toString() {
    return id + ": " + title;
  }
}
