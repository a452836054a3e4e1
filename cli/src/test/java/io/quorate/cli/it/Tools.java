package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.fail;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/// Programs of others that tests need. Where one is missing, tests that ask for it are skipped with
/// one loud line; with `CI=true` they fail.
final class Tools {
  private static final Set<String> told = new HashSet<>();

  private Tools() {}

  static Optional<Path> onPath(String program) {
    for (var directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
      var path = Path.of(directory, program);
      if (Files.isExecutable(path)) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  /// Never returns.
  ///
  /// @param remedy what to do so that it is there
  static AssertionError missing(String program, String remedy) {
    var line = "NO %s: tests against it cannot run; %s".formatted(program, remedy);
    if ("true".equals(System.getenv("CI"))) {
      fail(line);
    }
    tell(line);
    Assumptions.abort(line);
    return new AssertionError(line);
  }

  private static synchronized void tell(String line) {
    if (told.add(line)) {
      System.err.println("!!! " + line);
    }
  }
}
