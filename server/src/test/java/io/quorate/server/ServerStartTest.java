package io.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.journal.DiskException;
import io.quorate.server.config.ServerConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerStartTest {
  private final List<Throwable> failures = new ArrayList<>();

  @TempDir Path directory = Path.of("");

  private static int freePort() throws Exception {
    try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private static String freeUrl() throws Exception {
    return "http://127.0.0.1:" + freePort();
  }

  private ServerConfig config(String listenClient, String listenPeer) throws Exception {
    var peer = freeUrl();
    return ServerConfig.parse(
        List.of(
            "--name=n1",
            "--data-dir=" + directory,
            "--segment-bytes=1048576",
            "--listen-client-urls=" + listenClient,
            "--advertise-client-urls=" + freeUrl(),
            "--listen-peer-urls=" + listenPeer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=n1=" + peer),
        Map.of());
  }

  /// As a full disk or too many open files do, it ends the start. It is no damage, which would take
  /// the node out of its cluster for good.
  @Test
  void aStoreThatCannotBeOpenedEndsTheStartWithASentence() throws Exception {
    Files.writeString(directory.resolve("store"), "no directory");
    var config = config(freeUrl(), freeUrl());
    assertThatThrownBy(() -> Server.start(config, failures::add))
        .isInstanceOf(DiskException.class)
        .hasMessageContaining("cannot open the store in " + directory.resolve("store"))
        .hasMessageContaining("this node did not start");
    assertThat(failures).isEmpty();
  }

  @Test
  void whatItWritesIsForItsUserAlone() throws Exception {
    var server = Server.start(config(freeUrl(), freeUrl()), failures::add);
    try {
      server.ready().get(30, TimeUnit.SECONDS);
    } finally {
      server.stop();
    }
    try (var files = Files.list(directory)) {
      for (var file : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
      }
    }
    var segment = directory.resolve("journal").resolve("0000000000000001");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(segment)))
        .isEqualTo("rw-------");
    assertThat(failures).isEmpty();
  }

  @Test
  void listensAtEveryUrlThatIsGiven() throws Exception {
    var ports = List.of(freePort(), freePort(), freePort(), freePort());
    var urls = ports.stream().map(port -> "http://127.0.0.1:" + port).toList();
    var sameAgain = urls.get(0).replace("127.0.0.1", "localhost");
    var server =
        Server.start(
            config(
                String.join(",", urls.get(0), urls.get(1), sameAgain),
                String.join(",", urls.get(2), urls.get(3))),
            failures::add);
    try {
      for (int port : ports) {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
      }
      server.ready().get(30, TimeUnit.SECONDS);
    } finally {
      server.stop();
    }
    assertThat(failures).isEmpty();
  }
}
