package io.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.journal.DiskException;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.UsageException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimTest {
  @TempDir Path directory = Path.of("");

  private static String freeUrl() throws IOException {
    try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + probe.getLocalPort();
    }
  }

  private ServerConfig config(String... more) throws IOException {
    var client = freeUrl();
    var peer = freeUrl();
    var flags =
        new ArrayList<>(
            List.of(
                "--data-dir=" + directory,
                "--segment-bytes=1048576",
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer));
    flags.addAll(List.of(more));
    return ServerConfig.parse(flags, Map.of());
  }

  @Test
  void nobodyElseGetsTheDirectoryMeanwhile() throws Exception {
    try (var _ = Claim.take(config())) {
      assertThatThrownBy(() -> Claim.take(config()))
          .isInstanceOf(DiskException.class)
          .hasMessageContaining("is in use by another Quorate process");
    }
    Claim.take(config()).close();
  }

  @Test
  void aNodeThatRunsHasDirectoryAndAddresses() throws Exception {
    var config = config();
    Claim.take(config).close();
    var failures = new ArrayList<Throwable>();
    var server = Server.start(config, failures::add);
    try {
      server.ready().get(30, TimeUnit.SECONDS);
      assertThatThrownBy(() -> Claim.take(config))
          .isInstanceOf(DiskException.class)
          .hasMessageContaining("is in use by another Quorate process");
      assertThatThrownBy(() ->
              Claim.take(
                  config(
                      "--data-dir=" + directory.resolve("other"),
                      "--listen-peer-urls=" + config.listenPeer().getFirst())))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen to other nodes at");
    } finally {
      server.stop();
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void aNodeOfAnExistingClusterIsOneThatHasData() throws Exception {
    var config = config("--initial-cluster-state=existing");
    assertThatThrownBy(() -> Claim.take(config))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(directory + " holds none");
    assertThatThrownBy(() -> Server.start(config, failure -> {}))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("cannot join a running cluster yet");
    assertThat(directory).isEmptyDirectory();

    var peer = config.listenPeer().getFirst().url();
    var begun = config("--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer);
    Server.start(begun, failure -> {}).stop();
    Claim.take(config).close();
    var server = Server.start(config, failure -> {});
    try {
      server.ready().get(30, TimeUnit.SECONDS);
    } finally {
      server.stop();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--listen-client-urls, clients",
    "--listen-client-http-urls, clients that speak plain HTTP",
    "--listen-metrics-urls, who watches this node",
    "--listen-peer-urls, other nodes"
  })
  void anAddressThatIsTakenIsNamed(String flag, String whom) throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var url = "http://127.0.0.1:" + taken.getLocalPort();
      assertThatThrownBy(() -> Claim.take(config(flag + "=" + url)))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cannot listen to %s at %s: ".formatted(whom, url));
    }
    Claim.take(config()).close();
  }
}
