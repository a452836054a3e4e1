package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// Debian's real etcd programs: from PATH, else unpacked into `target/` without root. Where neither
/// works, tests that ask for them are skipped with one loud line; with `CI=true` they fail.
final class EtcdTools {
  private static final Path UNPACKED = Path.of("target", "etcd").toAbsolutePath();
  private static boolean told;

  private EtcdTools() {}

  static Path etcdctl() {
    return find("etcdctl", "etcd-client");
  }

  static Path etcd() {
    return find("etcd", "etcd-server");
  }

  private static synchronized Path find(String program, String debianPackage) {
    var found =
        onPath(program).or(() -> unpacked(program)).orElseGet(() -> unpack(program, debianPackage));
    if (found != null) {
      return found;
    }
    var line = "NO %s: tests against it cannot run; install %s".formatted(program, debianPackage);
    if ("true".equals(System.getenv("CI"))) {
      fail(line);
    }
    if (!told) {
      told = true;
      System.err.println("!!! " + line);
    }
    Assumptions.abort(line);
    throw new AssertionError(line);
  }

  private static Optional<Path> onPath(String program) {
    for (var directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
      var path = Path.of(directory, program);
      if (Files.isExecutable(path)) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  private static Optional<Path> unpacked(String program) {
    return Optional.of(UNPACKED.resolve("usr/bin").resolve(program)).filter(Files::isExecutable);
  }

  private static @Nullable Path unpack(String program, String debianPackage) {
    try {
      Files.createDirectories(UNPACKED);
      if (!run(List.of("apt-get", "-q", "download", debianPackage))) {
        return null;
      }
      var archives = new ArrayList<Path>();
      try (var files = Files.newDirectoryStream(UNPACKED, debianPackage + "_*.deb")) {
        files.forEach(archives::add);
      }
      for (var archive : archives) {
        if (!run(List.of("dpkg-deb", "-x", archive.toString(), UNPACKED.toString()))) {
          return null;
        }
      }
      return unpacked(program).orElse(null);
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static boolean run(List<String> command) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(command)
            .directory(UNPACKED.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(2, TimeUnit.MINUTES) && process.exitValue() == 0;
  }
}
