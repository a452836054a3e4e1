package io.etcd.jetcd.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One member as a process on loopback, started by the command of the system property `server`. Its
/// data stay until the cluster is closed, and its ports always.
public final class EtcdContainer {
  private static final int FIRST_PORT = 16_000;
  private static final int LAST_PORT = 32_000;
  private static final int PATIENCE_SECONDS = 30;

  private final String node;
  private final Path directory;
  private final int clientPort = freePort();
  private final int peerPort = freePort();
  private @Nullable Process process;

  EtcdContainer(String node, Path directory) {
    this.node = node;
    this.directory = directory;
  }

  /// Below those ports that Linux gives to connections.
  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try (var _ = new ServerSocket(port)) {
        return port;
      } catch (BindException e) {
        // Another one, then.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public String node() {
    return node;
  }

  /// @param port as etcd's own are numbered
  public int getMappedPort(int port) {
    return switch (port) {
      case Etcd.ETCD_CLIENT_PORT -> clientPort;
      case Etcd.ETCD_PEER_PORT -> peerPort;
      default -> throw new IllegalArgumentException("no port " + port);
    };
  }

  public InetSocketAddress getClientAddress() {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), clientPort);
  }

  public URI clientEndpoint() {
    return URI.create("http://127.0.0.1:" + clientPort);
  }

  public URI peerEndpoint() {
    return URI.create("http://127.0.0.1:" + peerPort);
  }

  void start(List<EtcdContainer> members, List<String> more) {
    var initial = members.stream().map(each -> each.node + "=" + each.peerEndpoint()).toList();
    var command = new ArrayList<>(List.of(System.getProperty("server").split(" ")));
    command.addAll(
        List.of(
            "--name=" + node,
            "--data-dir=" + directory.resolve(node),
            "--listen-client-urls=" + clientEndpoint(),
            "--advertise-client-urls=" + clientEndpoint(),
            "--listen-peer-urls=" + peerEndpoint(),
            "--initial-advertise-peer-urls=" + peerEndpoint(),
            "--initial-cluster=" + String.join(",", initial)));
    command.addAll(more);
    var log = ProcessBuilder.Redirect.appendTo(directory.resolve(node + ".log").toFile());
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitHealth() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!isHealthy()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(node + " does not get healthy; its log is in " + directory);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private boolean isHealthy() {
    try {
      var asked = (HttpURLConnection) clientEndpoint().resolve("/health").toURL().openConnection();
      return asked.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false;
    }
  }

  /// As a container is stopped: by SIGKILL.
  void kill() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
      process = null;
    }
  }
}
