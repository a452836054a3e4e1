package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/// Nodes as processes of their own, on loopback, with their data below `target/`. Numbered from 1;
/// closing it ends every process that it started.
final class Cluster implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int FIRST_PORT = 16_000;
  private static final int LAST_PORT = 32_000;

  private static final class Machine {
    final String name;
    final int clientPort;
    final int peerPort;
    Path data;
    @Nullable Process process;
    int logged;

    Machine(String name, int clientPort, int peerPort, Path data) {
      this.name = name;
      this.clientPort = clientPort;
      this.peerPort = peerPort;
      this.data = data;
    }

    Path log() {
      return data.resolveSibling(name + ".log");
    }
  }

  private final List<Machine> machines = new ArrayList<>();
  private final List<String> flags;

  private Cluster(Path directory, int size, List<String> flags) throws IOException {
    this.flags = flags;
    delete(directory);
    Files.createDirectories(directory);
    for (int i = 1; i <= size; i++) {
      machines.add(new Machine("n" + i, freePort(), freePort(), directory.resolve("n" + i)));
    }
  }

  /// Prepares a cluster; nothing runs yet.
  ///
  /// @param name of its directory below `target/`
  static Cluster of(int size, String name, String... flags) throws IOException {
    return new Cluster(Path.of("target", "it", name).toAbsolutePath(), size, List.of(flags));
  }

  /// A port that nobody listens at, below those that Linux gives to connections: one of these might
  /// take it before the node does.
  static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try (var _ = new ServerSocket(port)) {
        return port;
      } catch (BindException e) {
        // Another one, then.
      }
    }
  }

  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /// The command line that runs `quorate` with this build's classes.
  static List<String> quorate(String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                Path.of("target", "lib", "quorate-cli-0.1.0.jar").toAbsolutePath().toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  /// The command line that runs it by the launcher, as people do: a command is sooner done so.
  static List<String> launch(String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                "env",
                "QUORATE_LIB=" + Path.of("target", "lib").toAbsolutePath(),
                Path.of("..", "packaging", "bin", "quorate").toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  private Machine machine(int node) {
    return machines.get(node - 1);
  }

  int size() {
    return machines.size();
  }

  String endpoint(int node) {
    return "127.0.0.1:" + machine(node).clientPort;
  }

  String endpoints() {
    return IntStream.rangeClosed(1, size())
        .mapToObj(this::endpoint)
        .collect(Collectors.joining(","));
  }

  int clientPort(int node) {
    return machine(node).clientPort;
  }

  int peerPort(int node) {
    return machine(node).peerPort;
  }

  Path data(int node) {
    return machine(node).data;
  }

  /// Puts a node's data somewhere else, before its first start.
  void data(int node, Path elsewhere) {
    machine(node).data = elsewhere;
  }

  /// The flags that a node is started with.
  List<String> flags(int node) {
    var machine = machine(node);
    var client = "http://127.0.0.1:" + machine.clientPort;
    var peer = "http://127.0.0.1:" + machine.peerPort;
    var others =
        machines.stream()
            .map(each -> "%s=http://127.0.0.1:%d".formatted(each.name, each.peerPort))
            .collect(Collectors.joining(","));
    var all =
        new ArrayList<>(
            List.of(
                "--name=" + machine.name,
                "--data-dir=" + machine.data,
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=" + others,
                "--initial-cluster-token=integration-test",
                "--warm-up=0s"));
    all.addAll(flags);
    return all;
  }

  /// @param more flags of this start alone
  void start(int node, String... more) throws IOException {
    var all = flags(node);
    all.addAll(List.of(more));
    startWith(node, all.toArray(String[]::new));
  }

  /// @param flags all of them
  void startWith(int node, String... flags) throws IOException {
    var machine = machine(node);
    var command = quorate("server");
    command.addAll(List.of(flags));
    machine.logged = log(node).length();
    machine.process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(machine.log().toFile()))
            .start();
  }

  Cluster startAll() throws IOException {
    for (int node = 1; node <= size(); node++) {
      start(node);
    }
    try {
      for (int node = 1; node <= size(); node++) {
        awaitReady(node);
      }
    } catch (AssertionError e) {
      close(); // whoever made it never gets it
      throw e;
    }
    return this;
  }

  /// Waits until the node says that it serves.
  void awaitReady(int node) {
    awaitLog(node, "ready to serve client requests");
  }

  /// Waits until the node, since its last start, has logged something.
  void awaitLog(int node, String text) {
    var machine = machine(node);
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> log(node).indexOf(text, machine.logged) >= 0);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "%s did not log \"%s\", but:%n%s"
              .formatted(machine.name, text, log(node).substring(machine.logged)),
          e);
    }
  }

  String log(int node) {
    try {
      return Files.exists(machine(node).log()) ? Files.readString(machine(node).log()) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isUp(int node) {
    var process = machine(node).process;
    return process != null && process.isAlive();
  }

  /// SIGKILL.
  void kill(int node) throws InterruptedException {
    var process = machine(node).process;
    if (process != null) {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  /// SIGTERM.
  ///
  /// @return the exit code
  int terminate(int node) throws InterruptedException {
    var process = machine(node).process;
    assertThat(process).isNotNull();
    process.destroy();
    return process.waitFor();
  }

  /// Waits until the process ends by itself.
  ///
  /// @return the exit code
  int awaitExit(int node) throws InterruptedException {
    var process = machine(node).process;
    assertThat(process).isNotNull();
    return process.waitFor();
  }

  /// Which node says that it leads; 0 if none does.
  int leader() {
    for (int node = 1; node <= size(); node++) {
      if (isUp(node)) {
        try (var client = Node.at(endpoint(node))) {
          var status = client.status();
          if (status.getLeader() == status.getHeader().getMemberId()) {
            return node;
          }
        } catch (io.grpc.StatusRuntimeException e) {
          // It is on its way up or down.
        }
      }
    }
    return 0;
  }

  int awaitLeader() {
    Awaitility.await("a leader").atMost(PATIENCE).until(() -> leader() != 0);
    return leader();
  }

  int aFollower() {
    int leader = awaitLeader();
    return leader % size() + 1;
  }

  @Override
  public void close() {
    for (var machine : machines) {
      if (machine.process != null) {
        machine.process.destroyForcibly();
      }
    }
    for (var machine : machines) {
      if (machine.process != null) {
        machine.process.onExit().join();
      }
    }
  }

  /// The result of a command that ran to its end.
  record Ran(int exit, String out, String err) {}

  static Ran run(List<String> command) throws IOException, InterruptedException {
    return run(new ProcessBuilder(command));
  }

  static Ran run(ProcessBuilder builder) throws IOException, InterruptedException {
    return run(builder, Duration.ofMinutes(1));
  }

  static Ran run(ProcessBuilder builder, Duration atMost) throws IOException, InterruptedException {
    var out = File.createTempFile("out", null, Path.of("target").toFile());
    var err = File.createTempFile("err", null, Path.of("target").toFile());
    try {
      var process =
          builder
              .redirectInput(new File("/dev/null"))
              .redirectOutput(out)
              .redirectError(err)
              .start();
      if (!process.waitFor(atMost)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError("did not end within %s: %s".formatted(atMost, builder.command()));
      }
      return new Ran(
          process.exitValue(),
          Files.readString(out.toPath()).strip(),
          Files.readString(err.toPath()).strip());
    } finally {
      Files.delete(out.toPath());
      Files.delete(err.toPath());
    }
  }
}
