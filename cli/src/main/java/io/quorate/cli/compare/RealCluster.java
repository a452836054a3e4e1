package io.quorate.cli.compare;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.quorate.api.MaintenanceGrpc;
import io.quorate.api.StatusRequest;
import io.quorate.api.StatusResponse;
import io.quorate.server.disk.Trees;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Three nodes as processes of their own on loopback, with a directory of their own. Closing it, or
/// the end of this process by a signal, kills every process that it started and deletes the
/// directory.
final class RealCluster implements AutoCloseable {
  static final int NODES = 3;

  private static final int SECONDS = 60;
  private static final int POLL_MILLIS = 20;

  // Below the ports that Linux gives to connections: one of these might take it before the node
  // does.
  private static final int FIRST_PORT = 16_000;
  private static final int LAST_PORT = 32_000;

  private static final class Machine {
    final String name;
    final int clientPort;
    final int peerPort;
    final ManagedChannel channel;
    @Nullable Process process;

    Machine(String name, int clientPort, int peerPort) {
      this.name = name;
      this.clientPort = clientPort;
      this.peerPort = peerPort;
      this.channel =
          ManagedChannelBuilder.forAddress("127.0.0.1", clientPort).usePlaintext().build();
    }
  }

  private final List<String> program;
  private final String protocol;
  private final Path directory;
  private final List<Machine> machines = new ArrayList<>();
  private boolean ended;
  private final Thread atEnd = new Thread(this::end, "quorate-compare-end");

  /// Starts three nodes on an empty directory below `parent`, and returns once one of them leads.
  ///
  /// @param program the command line of `quorate server`, without flags
  RealCluster(List<String> program, String protocol, Path parent)
      throws IOException, InterruptedException {
    this.program = program;
    this.protocol = protocol;
    this.directory = Files.createTempDirectory(parent, "quorate-compare-");
    try {
      Runtime.getRuntime().addShutdownHook(atEnd);
      for (int node = 0; node < NODES; node++) {
        machines.add(new Machine("n" + (node + 1), freePort(), freePort()));
      }
      for (int node = 0; node < NODES; node++) {
        start(node);
      }
      awaitWhole();
    } catch (IOException | InterruptedException | RuntimeException e) {
      close(); // whoever made it never gets it
      throw e;
    }
  }

  private static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (BindException e) {
        // Another one, then.
      }
    }
  }

  ManagedChannel channel(int node) {
    return machines.get(node).channel;
  }

  private Path log(Machine machine) {
    return directory.resolve(machine.name + ".log");
  }

  /// Starts a node, for the first time or again.
  synchronized void start(int node) throws IOException {
    if (ended) {
      throw new IOException("the cluster has ended");
    }
    var machine = machines.get(node);
    var client = "http://127.0.0.1:" + machine.clientPort;
    var peer = "http://127.0.0.1:" + machine.peerPort;
    var members =
        machines.stream()
            .map(each -> "%s=http://127.0.0.1:%d".formatted(each.name, each.peerPort))
            .collect(Collectors.joining(","));
    var command = new ArrayList<>(program);
    command.addAll(
        List.of(
            "--name=" + machine.name,
            "--data-dir=" + directory.resolve(machine.name),
            "--listen-client-urls=" + client,
            "--advertise-client-urls=" + client,
            "--listen-peer-urls=" + peer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=" + members,
            "--initial-cluster-token=compare",
            "--protocol=" + protocol,
            "--warm-up=0s")); // the load has a warm-up of its own
    machine.process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log(machine).toFile()))
            .start();
  }

  private StatusResponse status(int node) {
    return MaintenanceGrpc.newBlockingStub(channel(node))
        .withDeadlineAfter(2, TimeUnit.SECONDS)
        .status(StatusRequest.getDefaultInstance());
  }

  /// The node that says that it leads, once one does.
  int awaitLeader() throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (System.nanoTime() < end) {
      for (int node = 0; node < NODES; node++) {
        if (leads(node)) {
          return node;
        }
      }
      pause("it has no leader");
    }
    throw new IOException(report("it has no leader"));
  }

  private boolean leads(int node) {
    try {
      var status = status(node);
      return status.getLeader() != 0 && status.getLeader() == status.getHeader().getMemberId();
    } catch (StatusRuntimeException e) {
      return false; // on its way up or down
    }
  }

  /// Waits until all nodes know a leader and have applied the same.
  void awaitWhole() throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (System.nanoTime() < end) {
      if (isWhole()) {
        return;
      }
      pause("it does not come up");
    }
    throw new IOException(report("it does not come up within %d s".formatted(SECONDS)));
  }

  private boolean isWhole() {
    try {
      long least = Long.MAX_VALUE;
      long most = 0;
      for (int node = 0; node < NODES; node++) {
        var status = status(node);
        long applied = status.getLeader() == 0 ? 0 : status.getRaftAppliedIndex();
        least = Math.min(least, applied);
        most = Math.max(most, applied);
      }
      return least == most && least > 0;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private void pause(String what) throws IOException, InterruptedException {
    for (var machine : machines) {
      var process = machine.process;
      if (process == null || !process.isAlive()) {
        throw new IOException(report("%s, and %s has ended".formatted(what, machine.name)));
      }
    }
    Thread.sleep(POLL_MILLIS);
  }

  /// What to tell of a cluster that does not work, with the last line of each node's log.
  private String report(String what) throws IOException {
    var text = new StringBuilder("the cluster by %s: %s".formatted(protocol, what));
    for (var machine : machines) {
      var log = log(machine);
      var lines = Files.exists(log) ? Files.readAllLines(log) : List.<String>of();
      text.append(
          "%n  %s: %s".formatted(machine.name, lines.isEmpty() ? "no log" : lines.getLast()));
    }
    return text.toString();
  }

  /// SIGKILL.
  void kill(int node) throws InterruptedException {
    var process = machines.get(node).process;
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atEnd);
    } catch (IllegalStateException e) {
      // The process is ending, and what it does then is done.
    }
    machines.forEach(machine -> machine.channel.shutdownNow());
  }

  private synchronized void end() {
    ended = true;
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
    try {
      Trees.delete(directory);
    } catch (IOException e) {
      // It stays in the directory for temporary files.
    }
  }
}
