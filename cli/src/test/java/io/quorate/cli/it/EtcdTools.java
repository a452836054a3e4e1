package io.quorate.cli.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Debian's real etcd programs: from PATH, else unpacked into `target/` without root.
final class EtcdTools {
  private static final Path UNPACKED = Path.of("target", "etcd").toAbsolutePath();

  private EtcdTools() {}

  static Path etcdctl() {
    return find("etcdctl", "etcd-client");
  }

  /// A command of `etcdctl`.
  static ProcessBuilder etcdctl(String endpoints, String... arguments) {
    var command = new ArrayList<>(List.of(etcdctl().toString(), "--endpoints=" + endpoints));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().put("ETCDCTL_API", "3");
    return builder;
  }

  static Path etcd() {
    return find("etcd", "etcd-server");
  }

  private static synchronized Path find(String program, String debianPackage) {
    var found =
        Tools.onPath(program)
            .or(() -> unpacked(program))
            .orElseGet(() -> unpack(program, debianPackage));
    if (found != null) {
      return found;
    }
    throw Tools.missing(program, "install " + debianPackage);
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
