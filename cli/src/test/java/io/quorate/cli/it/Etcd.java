package io.quorate.cli.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;

/// One real etcd, with its data below `target/`; closing it ends it.
final class Etcd implements AutoCloseable {
  private final int clientPort = Cluster.freePort();
  private final int peerPort = Cluster.freePort();
  private final Path directory;
  private Process process;

  /// @param name of its directory below `target/`
  Etcd(String name) throws IOException {
    directory = Path.of("target", "it", name).toAbsolutePath();
    Cluster.delete(directory);
    Files.createDirectories(directory);
    process = start();
  }

  private Process start() throws IOException {
    var client = "http://127.0.0.1:" + clientPort;
    var peer = "http://127.0.0.1:" + peerPort;
    var started =
        new ProcessBuilder(
                EtcdTools.etcd().toString(),
                "--data-dir=" + directory.resolve("data"),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
            .start();
    Awaitility.await().atMost(Cluster.PATIENCE).ignoreExceptions().until(this::answers);
    return started;
  }

  private boolean answers() {
    try (var node = Node.at(endpoint())) {
      return node.get("x").getHeader().getRevision() > 0;
    }
  }

  String endpoint() {
    return "127.0.0.1:" + clientPort;
  }

  /// SIGKILL, and a start anew.
  void restart() throws IOException {
    close();
    process = start();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
