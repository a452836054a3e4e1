package io.quorate.bench;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.quorate.api.MaintenanceGrpc;
import io.quorate.api.StatusRequest;
import io.quorate.api.StatusResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One of the two systems, as three processes on loopback with their data on a real disk.
final class Contender implements AutoCloseable {
  /// Which program, and what it is started with beside the flags that both share.
  enum Product {
    QUORATE("quorate", 23_790),
    ETCD("etcd", 24_790);

    final String label;
    final int port;

    Product(String label, int port) {
      this.label = label;
      this.port = port;
    }
  }

  static final int NODES = 3;
  private static final int SECONDS = 30;

  final Product system;
  private final List<String> program;
  private final Path directory;
  private final Process[] processes = new Process[NODES];
  private final List<ManagedChannel> channels = new ArrayList<>();

  /// Starts three nodes on an empty directory, and returns once one of them leads.
  Contender(Product system, List<String> program, Path parent)
      throws IOException, InterruptedException {
    this.system = system;
    this.program = program;
    this.directory = parent.resolve(system.label);
    delete(directory);
    Files.createDirectories(directory);
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    for (int node = 0; node < NODES; node++) {
      channels.add(
          ManagedChannelBuilder.forAddress("127.0.0.1", port(node)).usePlaintext().build());
      start(node);
    }
    awaitLeader();
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (var files = Files.walk(directory)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  int port(int node) {
    return system.port + 2 * node;
  }

  ManagedChannel channel(int node) {
    return channels.get(node);
  }

  void start(int node) throws IOException {
    var name = "n" + (node + 1);
    var client = "http://127.0.0.1:" + port(node);
    var peer = "http://127.0.0.1:" + (port(node) + 1);
    var cluster = new ArrayList<String>();
    for (int each = 0; each < NODES; each++) {
      cluster.add("n%d=http://127.0.0.1:%d".formatted(each + 1, port(each) + 1));
    }
    var command = new ArrayList<>(program);
    command.addAll(
        List.of(
            "--name=" + name,
            "--data-dir=" + directory.resolve(name),
            "--listen-client-urls=" + client,
            "--advertise-client-urls=" + client,
            "--listen-peer-urls=" + peer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=" + String.join(",", cluster),
            "--initial-cluster-token=bench"));
    processes[node] =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()))
            .start();
  }

  long[] pids() {
    var pids = new long[NODES];
    for (int node = 0; node < NODES; node++) {
      pids[node] = processes[node].pid();
    }
    return pids;
  }

  StatusResponse status(int node) {
    return MaintenanceGrpc.newBlockingStub(channel(node))
        .withWaitForReady()
        .withDeadlineAfter(2, TimeUnit.SECONDS)
        .status(StatusRequest.getDefaultInstance());
  }

  /// The node that says that it leads, once one does.
  int awaitLeader() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (System.nanoTime() < end) {
      for (int node = 0; node < NODES; node++) {
        if (processes[node].isAlive() && leads(node)) {
          return node;
        }
      }
      Thread.sleep(20);
    }
    throw new IllegalStateException("%s has no leader; see %s".formatted(system.label, directory));
  }

  private boolean leads(int node) {
    try {
      var status = status(node);
      return status.getLeader() == status.getHeader().getMemberId();
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /// SIGKILL.
  void kill(int node) throws InterruptedException {
    processes[node].destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    for (var process : processes) {
      if (process != null) {
        process.destroyForcibly();
        process.onExit().join();
      }
    }
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
