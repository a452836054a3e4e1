package io.quorate.cli.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/// A command that goes on printing until it is told to end.
final class Follow implements AutoCloseable {
  private final Path out = Files.createTempFile(Path.of("target").toAbsolutePath(), "out", null);
  private final Process process;

  Follow(List<String> command) throws IOException {
    this(new ProcessBuilder(command));
  }

  Follow(ProcessBuilder builder) throws IOException {
    process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
  }

  List<String> lines() throws IOException {
    return Files.readAllLines(out);
  }

  void await(String text) throws IOException {
    try {
      Awaitility.await()
          .atMost(Cluster.PATIENCE)
          .until(() -> lines().stream().anyMatch(line -> line.contains(text)));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("no \"%s\" in %s".formatted(text, lines()), e);
    }
  }

  /// SIGTERM.
  ///
  /// @return the exit code
  int terminate() throws InterruptedException {
    process.destroy();
    return exit();
  }

  int exit() throws InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    process.onExit().join();
    Files.delete(out);
  }
}
