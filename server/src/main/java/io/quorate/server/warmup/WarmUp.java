package io.quorate.server.warmup;

import io.quorate.server.Server;
import io.quorate.server.config.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs a node's code before the node needs it, so that the JVM has compiled most of it by then: a
/// cold node takes ten times as long for a put as a warm one.
///
/// Two nodes of a cluster of their own, in this process and on loopback, serve clients for a while:
/// so the leader's part is warm as well as the follower's. Their data lie below the data directory,
/// on the same disk, and go again.
public final class WarmUp {
  private static final String DIRECTORY = "warm-up";
  private static final int NODES = 2;

  /// What it came to.
  ///
  /// @param calls that were answered
  public record Result(long calls, Duration took) {}

  private final Path directory;
  private final ServerConfig config;
  private final long end;
  private final List<Server> servers = new ArrayList<>();

  private WarmUp(ServerConfig config, long end) {
    this.directory = config.dataDir().resolve(DIRECTORY);
    this.config = config;
    this.end = end;
  }

  /// Takes little longer than the configuration says.
  ///
  /// @param config of the node that will start then
  /// @throws IOException if the machine does not let it; the node can start all the same, cold
  public static Result run(ServerConfig config) throws IOException, InterruptedException {
    long start = System.nanoTime();
    var warmUp = new WarmUp(config, start + config.warmUp().toNanos());
    long calls;
    try {
      calls = warmUp.run();
    } catch (RuntimeException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      warmUp.stop();
    }
    // What it leaves on the heap would make the node's larger for good.
    System.gc();
    return new Result(calls, Duration.ofNanos(System.nanoTime() - start));
  }

  private long run() throws IOException, InterruptedException {
    delete();
    var clients = freePorts();
    var peers = freePorts();
    for (int node = 0; node < NODES; node++) {
      servers.add(Server.start(config(node, clients, peers), failure -> {}));
    }
    try {
      for (var server : servers) {
        server.ready().get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } catch (TimeoutException e) {
      return 0; // starting was all that there was time for
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    try (var load = new WarmUpLoad(clients)) {
      return load.run(end);
    }
  }

  private static List<Integer> freePorts() throws IOException {
    var ports = new ArrayList<Integer>();
    var taken = new ArrayList<ServerSocket>();
    try {
      for (int node = 0; node < NODES; node++) {
        var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        taken.add(socket);
        ports.add(socket.getLocalPort());
      }
    } finally {
      for (var socket : taken) {
        socket.close();
      }
    }
    return ports;
  }

  private ServerConfig config(int node, List<Integer> clients, List<Integer> peers) {
    var cluster = new ArrayList<String>();
    for (int i = 0; i < NODES; i++) {
      cluster.add(name(i) + "=" + url(peers.get(i)));
    }
    return ServerConfig.parse(
        List.of(
            "--name=" + name(node),
            "--data-dir=" + directory.resolve(name(node)),
            "--listen-client-urls=" + url(clients.get(node)),
            "--advertise-client-urls=" + url(clients.get(node)),
            "--listen-peer-urls=" + url(peers.get(node)),
            "--initial-advertise-peer-urls=" + url(peers.get(node)),
            "--initial-cluster=" + String.join(",", cluster),
            "--initial-cluster-token=" + DIRECTORY,
            "--protocol=" + config.firstEra().protocol(),
            "--heartbeat-interval=20",
            "--election-timeout=100",
            "--segment-bytes=8388608"),
        Map.of());
  }

  private static String name(int node) {
    return "warm" + node;
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  private void stop() throws IOException, InterruptedException {
    for (var server : servers) {
      server.stop();
    }
    delete();
  }

  private void delete() throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // As it should be.
    }
  }
}
