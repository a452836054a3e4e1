package io.quorate.cli.it;

import static io.quorate.cli.it.Cluster.quorate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// A node that is told by a file what to be, and listens at places of several kinds.
class ConfigurationIT {
  private static int freePort() throws IOException {
    try (var probe = new ServerSocket(0)) {
      return probe.getLocalPort();
    }
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .version(HttpClient.Version.HTTP_1_1)
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static int status(int port, String path) throws Exception {
    return get(port, path).statusCode();
  }

  /// What would be flags, as lines of a file.
  private static String lines(Cluster cluster) {
    return cluster.flags(1).stream()
        .map(flag -> flag.substring(2).replaceFirst("=", ": "))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  @Test
  void aNodeIsToldByAFile() throws Exception {
    int metrics = freePort();
    int http = freePort();
    try (var cluster = Cluster.of(1, "configuration")) {
      var file = Path.of("target", "it", "configuration", "n1.yml").toAbsolutePath();
      Files.writeString(
          file,
          lines(cluster)
              + """
              listen-metrics-urls: http://127.0.0.1:%d
              listen-client-http-urls: http://127.0.0.1:%d
              grpc-keepalive-timeout: 20000000000
              wal-dir: /elsewhere
              """
                  .formatted(metrics, http));
      cluster.startWith(1, "--config-file=" + file);
      cluster.awaitReady(1);
      assertThat(cluster.log(1)).contains("\"wal-dir\" is a key of etcd's that has no effect here");
      try (var node = Node.at(cluster.endpoint(1))) {
        assertThat(node.put("a", "b")).isPositive();
      }

      for (var path : new String[] {"/metrics", "/health", "/livez", "/readyz/non_learner"}) {
        assertThat(status(metrics, path)).as(path).isEqualTo(200);
        assertThat(status(http, path)).as(path).isEqualTo(200);
      }
      assertThat(status(metrics, "/version")).isEqualTo(404);
      assertThat(status(http, "/version")).isEqualTo(200);
      assertThatThrownBy(() -> get(cluster.clientPort(1), "/version"))
          .isInstanceOf(IOException.class);
      try (var node = Node.at("127.0.0.1:" + http)) {
        assertThatThrownBy(() -> node.get("a")).isInstanceOf(io.grpc.StatusRuntimeException.class);
      }
      assertThat(cluster.terminate(1)).isZero();
    }
  }

  @Test
  void aMistakeInTheFileEndsTheStart() throws Exception {
    var file = Files.createTempFile(Path.of("target"), "mistake", ".yml");
    Files.writeString(file, "name: n1\nquota-backend-byts: 1\n");
    var ran = Cluster.run(quorate("server", "--config-file", file.toString()));
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err())
        .contains(
            "%s, line 2: there is no key \"quota-backend-byts\" (did you mean \"quota-backend-bytes\"?)"
                .formatted(file));
  }

  @Test
  void aPlaceThatIsTakenIsNamed() throws Exception {
    try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
        var cluster = Cluster.of(1, "taken")) {
      var url = "http://127.0.0.1:" + taken.getLocalPort();
      cluster.start(1, "--listen-metrics-urls=" + url);
      assertThat(cluster.awaitExit(1)).isEqualTo(2);
      assertThat(cluster.log(1)).contains("cannot listen to who watches this node at " + url);
    }
  }
}
