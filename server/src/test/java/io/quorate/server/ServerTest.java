package io.quorate.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.quorate.api.AlarmRequest;
import io.quorate.api.MaintenanceGrpc;
import io.quorate.server.config.ServerConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes within this process, of one or two, that are watched and stopped.
class ServerTest {
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private final List<Integer> clients = new ArrayList<>();
  private final List<Integer> peers = new ArrayList<>();

  @TempDir Path directory = Path.of("");

  private Server start(int node, String... more) throws Exception {
    var cluster = new ArrayList<String>();
    for (int i = 0; i < peers.size(); i++) {
      cluster.add("n%d=%s".formatted(i, url(peers.get(i))));
    }
    var flags =
        new ArrayList<>(
            List.of(
                "--name=n" + node,
                "--data-dir=" + directory.resolve("n" + node),
                "--segment-bytes=1048576",
                "--listen-client-urls=" + url(clients.get(node)),
                "--advertise-client-urls=" + url(clients.get(node)),
                "--listen-peer-urls=" + url(peers.get(node)),
                "--initial-advertise-peer-urls=" + url(peers.get(node)),
                "--initial-cluster=" + String.join(",", cluster)));
    flags.addAll(List.of(more));
    return Server.start(ServerConfig.parse(flags, Map.of()), failures::add);
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  private void nodes(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      clients.add(freePort());
      peers.add(freePort());
    }
  }

  private static int freePort() throws IOException {
    try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  /// A connection that is kept for many requests.
  private static final class Scrapes implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Scrapes(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(10_000);
      in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
    }

    /// What stands in the answer, from its first line on.
    String next() throws IOException {
      socket
          .getOutputStream()
          .write("GET /metrics HTTP/1.1\r\nHost: me\r\n\r\n".getBytes(US_ASCII));
      var answer = new StringBuilder();
      int length = 0;
      for (var line = line(); !line.isEmpty(); line = line()) {
        answer.append(line).append('\n');
        if (line.startsWith("content-length: ")) {
          length = Integer.parseInt(line.substring(line.indexOf(' ') + 1));
        }
      }
      var body = new char[length];
      for (int read = 0; read < length; ) {
        int more = in.read(body, read, length - read);
        if (more < 0) {
          throw new IOException("closed");
        }
        read += more;
      }
      return answer.append(body).toString();
    }

    private String line() throws IOException {
      var line = in.readLine();
      if (line == null) {
        throw new IOException("closed");
      }
      return line;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void alarmsThatOnlyClientsKnowAreToldApart() throws Exception {
    nodes(1);
    var server = start(0);
    server.ready().get(30, TimeUnit.SECONDS);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", clients.getFirst()).usePlaintext().build();
    var maintenance = MaintenanceGrpc.newBlockingStub(channel);
    try (var scrapes = new Scrapes(clients.getFirst())) {
      for (int type : new int[] {1, 7, 8}) {
        maintenance.alarm(
            AlarmRequest.newBuilder()
                .setAction(AlarmRequest.AlarmAction.ACTIVATE)
                .setMemberID(10)
                .setAlarmValue(type)
                .build());
      }
      assertThat(scrapes.next())
          .startsWith("HTTP/1.1 200 ")
          .contains(
              "etcd_debugging_server_alarms{alarm_type=\"NOSPACE\",server_id=\"a\"} 1.0\n",
              "etcd_debugging_server_alarms{alarm_type=\"7\",server_id=\"a\"} 1.0\n",
              "etcd_debugging_server_alarms{alarm_type=\"8\",server_id=\"a\"} 1.0\n");
    } finally {
      channel.shutdownNow();
      server.stop();
    }
    assertThat(failures).isEmpty();
  }

  /// Who watches must neither keep a node that stops nor find its storage closed.
  @RepeatedTest(5)
  void pagesAreNotShownAnyMoreOnceTheStoreCloses() throws Exception {
    nodes(1);
    int metrics = freePort();
    var server = start(0, "--listen-metrics-urls=" + url(metrics));
    server.ready().get(30, TimeUnit.SECONDS);
    var scraping = new ArrayList<CompletableFuture<String>>();
    var begun = new ArrayList<CountDownLatch>();
    for (int port : new int[] {clients.getFirst(), metrics}) {
      var scrapes = new Scrapes(port);
      var first = new CountDownLatch(1);
      begun.add(first);
      scraping.add(
          CompletableFuture.supplyAsync(
              () -> scrapeToTheEnd(scrapes, first), task -> new Thread(task).start()));
    }
    for (var each : begun) {
      assertThat(each.await(30, TimeUnit.SECONDS)).isTrue();
    }
    server.stop();
    for (var each : scraping) {
      assertThat(each.get(10, TimeUnit.SECONDS)).startsWith("HTTP/1.1 200 ");
    }
    assertThat(failures).isEmpty();
  }

  /// The last answer.
  private static String scrapeToTheEnd(Scrapes scrapes, CountDownLatch begun) {
    var last = "";
    try (scrapes) {
      while (true) {
        last = scrapes.next();
        begun.countDown();
      }
    } catch (IOException e) {
      return last;
    }
  }

  @Test
  void aLeaderThatHasNobodyLeftStopsSoon() throws Exception {
    nodes(2);
    var servers = List.of(start(0, "--election-timeout=6000"), start(1, "--election-timeout=6000"));
    for (var server : servers) {
      server.ready().get(60, TimeUnit.SECONDS);
    }
    boolean first = servers.get(0).glance().leader().equals("n0");
    servers.get(first ? 1 : 0).stop();
    long start = System.nanoTime();
    servers.get(first ? 0 : 1).stop();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(servers.get(first ? 0 : 1).isSafe()).isTrue();
    assertThat(failures).isEmpty();
  }
}
