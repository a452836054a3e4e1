package io.quorate.server.warmup;

import io.quorate.server.Server;
import io.quorate.server.config.Endpoint;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.disk.Trees;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Runs a node's code before the node needs it, so that the JVM has compiled most of it by then: a
/// cold node takes ten times as long for a put as a warm one.
///
/// Two nodes of a cluster of their own, in this process and on loopback, serve clients for a while:
/// so the leader's part is warm as well as the follower's. Their data lie below the data directory,
/// on the same disk, and go again.
public final class WarmUp {
  /// Where it works, below the data directory.
  public static final String DIRECTORY = "warm-up";

  private static final int NODES = 2;
  private static final int PORTS_TO_TRY = 100;

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

  /// Takes little longer than the configuration says. Nobody else may use the data directory
  /// meanwhile.
  ///
  /// @param config of the node that will start then
  /// @throws IOException if the machine does not let it; the node can start all the same, cold
  public static Result run(ServerConfig config) throws IOException, InterruptedException {
    long start = System.nanoTime();
    var warmUp = new WarmUp(config, start + config.warmUp().toNanos());
    long calls;
    try {
      calls = warmUp.run();
    } catch (RuntimeException | LinkageError e) {
      throw new IOException(e.toString(), e);
    } finally {
      warmUp.stop();
    }
    // What it leaves on the heap would make the node's larger for good.
    System.gc();
    return new Result(calls, Duration.ofNanos(System.nanoTime() - start));
  }

  private long run() throws IOException, InterruptedException {
    Trees.delete(directory);
    var ports = freePorts();
    var clients = ports.subList(0, NODES);
    var peers = ports.subList(NODES, 2 * NODES);
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

  /// None of them is of the cluster that the node belongs to: another node of it may be about to
  /// start on this machine.
  private List<Integer> freePorts() throws IOException {
    var spoken = portsOf(config);
    var ports = new ArrayList<Integer>();
    var taken = new ArrayList<ServerSocket>();
    try {
      for (int attempt = 0; ports.size() < 2 * NODES; attempt++) {
        if (attempt == PORTS_TO_TRY) {
          throw new IOException("no free ports were found");
        }
        var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        taken.add(socket);
        if (!spoken.contains(socket.getLocalPort())) {
          ports.add(socket.getLocalPort());
        }
      }
    } finally {
      for (var socket : taken) {
        socket.close();
      }
    }
    return ports;
  }

  /// The ports of all URLs that a node is told.
  static Set<Integer> portsOf(ServerConfig config) {
    var own =
        Stream.of(
                config.listenClient(),
                config.advertiseClient(),
                config.listenPeer(),
                config.listenHttp(),
                config.listenMetrics())
            .flatMap(List::stream);
    var cluster =
        config.cluster().values().stream()
            .flatMap(List::stream)
            .map(url -> Endpoint.parse("initial-cluster", url));
    return Stream.concat(own, cluster).map(Endpoint::port).collect(Collectors.toSet());
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

  /// Whatever becomes of one, the others are stopped too.
  private void stop() throws IOException, InterruptedException {
    try {
      Throwable failure = null;
      for (var server : servers) {
        try {
          server.stop();
        } catch (RuntimeException | LinkageError e) {
          failure = e;
        }
      }
      if (failure != null) {
        throw new IOException(failure.toString(), failure);
      }
    } finally {
      Trees.delete(directory);
    }
  }

  /// Removes what a process left that was killed while it warmed up.
  ///
  /// @param config of a node that has not started
  public static void deleteRemains(ServerConfig config) throws IOException {
    Trees.delete(config.dataDir().resolve(DIRECTORY));
  }
}
