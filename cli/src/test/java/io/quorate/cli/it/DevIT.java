package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// `./quorate dev`, by the launcher, as somebody new would try it.
class DevIT {
  private static final String LAUNCHER =
      Path.of("..", "quorate").toAbsolutePath().normalize().toString();

  private static List<String> launch(String... arguments) {
    var command = new ArrayList<>(List.of(LAUNCHER));
    command.addAll(List.of(arguments));
    return command;
  }

  /// A run of `dev` in a directory of its own.
  private static final class Dev implements AutoCloseable {
    private final Process process;
    private final Path output;
    private final long started = System.nanoTime();

    Dev(Path directory, String... arguments) throws IOException {
      output = directory.resolve("out-" + started);
      var command = launch("dev");
      command.addAll(List.of(arguments));
      process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    }

    double secondsUntilReady() {
      Awaitility.await()
          .atMost(Cluster.PATIENCE)
          .pollInterval(20, TimeUnit.MILLISECONDS)
          .until(() -> Files.readString(output).contains("Ctrl-C ends it."));
      return (System.nanoTime() - started) / 1e9;
    }

    String output() throws IOException {
      return Files.readString(output);
    }

    /// Ctrl-C.
    ///
    /// @return how long it took to end: seconds
    double interrupt() throws Exception {
      long asked = System.nanoTime();
      Cluster.run(List.of("kill", "-INT", String.valueOf(process.pid())));
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(output()).isZero();
      return (System.nanoTime() - asked) / 1e9;
    }

    @Override
    public void close() {
      process.destroyForcibly();
      process.onExit().join();
    }
  }

  /// Six ports in a row that are free now.
  private static int freePorts() throws IOException {
    for (int port = 20_000; port < 60_000; port += 101) {
      var open = new ArrayList<ServerSocket>();
      try {
        for (int i = 0; i < 6; i++) {
          open.add(new ServerSocket(port + i));
        }
        return port;
      } catch (IOException e) {
        // The next ones then.
      } finally {
        for (var socket : open) {
          socket.close();
        }
      }
    }
    throw new IOException("no free ports");
  }

  private static void refused(Path directory, String sentence, String... arguments)
      throws Exception {
    var ran = Cluster.run(new ProcessBuilder(launch(arguments)).directory(directory.toFile()));
    assertThat(ran.exit()).as(ran.err()).isEqualTo(2);
    assertThat(ran.err()).hasLineCount(1).contains(sentence);
  }

  @Test
  void itStartsServesEndsAndComesBack() throws Exception {
    var directory = Path.of("target", "it", "dev").toAbsolutePath();
    Cluster.delete(directory);
    Files.createDirectories(directory);
    int port = freePorts();
    var flag = "--client-port=" + port;
    var endpoints =
        "--endpoints=127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d".formatted(port, port + 2, port + 4);
    try (var dev = new Dev(directory, flag)) {
      dev.secondsUntilReady();
      assertThat(dev.output()).contains("./quorate put greeting hello", "etcdctl");
      assertThat(Cluster.run(launch("put", "greeting", "hello", endpoints)).out())
          .isEqualTo("OK, revision 2");
      assertThat(Cluster.run(launch("get", "greeting", endpoints)).out()).isEqualTo("hello");
      assertThat(Cluster.run(launch("status", endpoints)).out())
          .hasLineCount(4)
          .containsOnlyOnce("leader")
          .contains("follower");
      refused(directory, "port " + port + " is taken", "dev", "--data-dir=other", flag);
      assertThat(dev.interrupt()).as("seconds to end").isLessThan(5);
    }
    try (var dev = new Dev(directory, flag)) {
      assertThat(dev.secondsUntilReady()).as("seconds to serve again").isLessThan(5);
      assertThat(Cluster.run(launch("get", "greeting", endpoints)).out()).isEqualTo("hello");
      assertThat(Cluster.run(launch("del", "greeting", endpoints)).exit()).isZero();
      assertThat(dev.interrupt()).as("seconds to end").isLessThan(5);
    }
    refused(directory, "holds a cluster of 3 nodes", "dev", "--nodes=1", flag);
    refused(directory, "was made with another --client-port", "dev", "--client-port=" + (port + 6));
    refused(directory, "there is no terminal to ask on", "dev", "--fresh", flag);
  }
}
