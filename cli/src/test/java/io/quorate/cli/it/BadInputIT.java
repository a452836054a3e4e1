package io.quorate.cli.it;

import static io.quorate.cli.it.Cluster.quorate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Bad input, bad bytes and bad disks: each gets a clear error, nothing is lost, and the others go
/// on.
class BadInputIT {
  private static void write(Cluster cluster, int node, String key) {
    try (var client = Node.at(cluster.endpoint(node))) {
      assertThat(client.put(key, key)).isPositive();
    }
  }

  private static void has(Cluster cluster, int node, String key) {
    try (var client = Node.at(cluster.endpoint(node))) {
      assertThat(client.get(key).getKvs(0).getValue().toStringUtf8()).isEqualTo(key);
    }
  }

  private static void refused(Runnable call, Status.Code code, String text) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(code);
              assertThat(e.getStatus().getDescription()).contains(text);
            });
  }

  @Test
  void requestsThatAreTooLargeOrWrong() throws Exception {
    try (var cluster = Cluster.of(1, "requests").startAll();
        var node = Node.at(cluster.endpoint(1))) {
      write(cluster, 1, "before");
      refused(
          () -> node.put("", "x"), Status.Code.INVALID_ARGUMENT, "etcdserver: key is not provided");
      refused(
          () -> node.put("large", ByteString.copyFrom(new byte[1_600_000])),
          Status.Code.INVALID_ARGUMENT,
          "etcdserver: request is too large");
      refused(
          () -> node.put("x".repeat(1_600_000), "large key"),
          Status.Code.INVALID_ARGUMENT,
          "etcdserver: request is too large");
      refused(
          () -> node.put("huge", ByteString.copyFrom(new byte[20_000_000])),
          Status.Code.RESOURCE_EXHAUSTED,
          "");
      refused(
          () -> node.hash(1_000_000),
          Status.Code.OUT_OF_RANGE,
          "etcdserver: mvcc: required revision is a future revision");
      assertThat(node.put("fits", ByteString.copyFrom(new byte[1_500_000]))).isPositive();
      has(cluster, 1, "before");
    }
  }

  private static void send(int port, byte[]... pieces) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      for (var piece : pieces) {
        socket.getOutputStream().write(piece);
        socket.getOutputStream().flush();
      }
      socket.shutdownOutput();
      // Closed by the other side, with or without an answer; never left hanging.
      socket.getInputStream().readAllBytes();
    } catch (java.net.SocketException e) {
      // Closed while we still wrote: as good.
    }
  }

  @Test
  void bytesThatMakeNoSense() throws Exception {
    try (var cluster = Cluster.of(3, "bytes").startAll()) {
      write(cluster, 1, "before");
      var random = new Random(1);
      for (int node = 1; node <= 3; node++) {
        for (int port : new int[] {cluster.clientPort(node), cluster.peerPort(node)}) {
          for (int size : new int[] {1, 4, 100, 100_000}) {
            var garbage = new byte[size];
            random.nextBytes(garbage);
            send(port, garbage);
          }
          send(port, new byte[] {0x7f, -1, -1, -1}); // a frame of 2 GiB
          send(port, new byte[] {0, 0, 1, 0}, new byte[10]); // one that ends too early
          send(port, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          send(
              port,
              "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
              new byte[] {-1, -1, -1, 0, 0, 0, 0, 0, 0});
          send(port, ("GET /" + "x".repeat(100_000)).getBytes(StandardCharsets.US_ASCII));
        }
      }
      for (int node = 1; node <= 3; node++) {
        assertThat(cluster.isUp(node)).isTrue();
        has(cluster, node, "before");
        write(cluster, node, "after " + node);
      }
    }
  }

  /// SR34: whoever reads the log has stopped reading it.
  @Test
  void aLogThatNobodyReads() throws Exception {
    try (var cluster = Cluster.of(1, "unread-log")) {
      var command = quorate("server");
      command.addAll(cluster.flags(1));
      var process = new ProcessBuilder(command).start();
      try {
        Awaitility.await()
            .atMost(Cluster.PATIENCE)
            .ignoreExceptions()
            .untilAsserted(() -> write(cluster, 1, "before"));
        for (int line = 0; line < 2_500; line++) { // more than the pipe and the queue hold
          send(cluster.peerPort(1), new byte[] {0x7f, -1, -1, -1});
        }
        has(cluster, 1, "before");
        write(cluster, 1, "after");
        assertThat(process.getErrorStream().available())
            .as("bytes in the pipe")
            .isGreaterThan(60_000);
        process.destroy();
        assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void aSecondProcessOnTheSameDirectory() throws Exception {
    try (var cluster = Cluster.of(1, "second").startAll()) {
      var command = quorate("server");
      command.addAll(cluster.flags(1));
      command.add("--warm-up=1m");
      long start = System.nanoTime();
      var ran = Cluster.run(command);
      assertThat(ran.exit()).isEqualTo(2);
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(40));
      assertThat(ran.err())
          .hasLineCount(1)
          .contains("is in use by another Quorate process", "--data-dir");
      write(cluster, 1, "after");
    }
  }

  @Test
  void whatAKilledWarmUpLeftGoesAtAnyStart() throws Exception {
    try (var cluster = Cluster.of(1, "left")) {
      var left = cluster.data(1).resolve("warm-up");
      Files.createDirectories(left.resolve("warm0/journal"));
      Files.writeString(left.resolve("warm0/identity"), "torn");
      cluster.startAll();
      assertThat(left).doesNotExist();
      write(cluster, 1, "after");
    }
  }

  @Test
  void aDamagedJournal() throws Exception {
    try (var cluster = Cluster.of(3, "damage").startAll()) {
      for (int i = 0; i < 50; i++) {
        write(cluster, 1 + i % 3, "key " + i);
      }
      int victim = cluster.aFollower();
      cluster.kill(victim);
      var segment = cluster.data(victim).resolve("journal").resolve("0000000000000001");
      assertThat(segment).exists();
      flipBitOf(segment, "key 10");
      cluster.start(victim);
      cluster.awaitLog(victim, "is damaged at offset");
      assertThat(cluster.log(victim))
          .contains("0000000000000001 is damaged at offset", "takes no part in anything");
      Awaitility.await()
          .untilAsserted(() -> {
            try (var node = Node.at(cluster.endpoint(victim))) {
              refused(() -> node.get("key 1"), Status.Code.UNAVAILABLE, "is damaged at offset");
            }
          });

      // The other two go on, and are all that there is: without one of them nothing is decided.
      int left = victim % 3 + 1;
      int right = left % 3 + 1;
      write(cluster, left, "with two of three");
      has(cluster, right, "key 49");
      cluster.kill(left);
      try (var node = Node.at(cluster.endpoint(right))) {
        assertThatThrownBy(() -> node.put("alone", "x")).isInstanceOf(StatusRuntimeException.class);
      }
    }
  }

  private static void flipBitOf(Path file, String text) throws IOException {
    var content = Files.readString(file, StandardCharsets.ISO_8859_1);
    int offset = content.indexOf(text);
    assertThat(offset).isPositive();
    try (var access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(offset);
      access.write(content.charAt(offset) ^ 4);
    }
  }

  @Test
  void aWipedDiskUnderAnOldName() throws Exception {
    try (var cluster = Cluster.of(3, "wiped").startAll()) {
      write(cluster, 1, "before");
      int victim = cluster.aFollower();
      cluster.kill(victim);
      Cluster.delete(cluster.data(victim));
      cluster.start(victim);
      cluster.awaitLog(victim, "refuses this node");
      assertThat(cluster.log(victim))
          .contains("what was wiped or replaced cannot return under the old name");
      assertThat(cluster.log(victim).split("ready to serve", -1)).hasSize(2);

      int left = victim % 3 + 1;
      int right = left % 3 + 1;
      write(cluster, left, "with two of three");
      has(cluster, right, "before");
      cluster.kill(left);
      try (var node = Node.at(cluster.endpoint(right))) {
        assertThatThrownBy(() -> node.put("alone", "x")).isInstanceOf(StatusRuntimeException.class);
      }
    }
  }

  @Test
  void aFullDisk() throws Exception {
    try (var cluster = Cluster.of(3, "full", "--snapshot-bytes=1048576");
        var small = SmallDisk.mount(cluster.data(3).resolveSibling("small"), "150m")) {
      cluster.data(3, small.directory().resolve("n3"));
      cluster.startAll();
      write(cluster, 1, "before");
      try (var node = Node.at(cluster.endpoint(1))) {
        var random = new Random(2);
        for (int i = 0; cluster.isUp(3) && i < 600; i++) {
          var value = new byte[1_000_000];
          random.nextBytes(value);
          node.put("fill/" + i, ByteString.copyFrom(value));
        }
      }
      assertThat(cluster.awaitExit(3)).isEqualTo(1);
      assertThat(cluster.log(3)).contains("No space left on device", "this node stops");
      write(cluster, 2, "without the full one");

      small.resize("1g");
      cluster.start(3);
      cluster.awaitReady(3);
      has(cluster, 3, "before");
      has(cluster, 3, "without the full one");
      assertThat(Files.exists(small.directory())).isTrue();
    }
  }

  @Test
  void wrongFlags() throws Exception {
    assertUsage("flag provided but not defined: -frobnicate", "server", "--frobnicate");
    assertUsage("--heartbeat-interval needs a whole number", "server", "--heartbeat-interval=x");
    assertUsage("--initial-cluster", "server", "--initial-cluster=nonsense");
    assertUsage("Unknown option", "dev", "--no-such");
    assertUsage("--nodes is a number from 1 to 9", "dev", "--nodes=77");
  }

  @Test
  void dataOfANewerVersionAreLeftAlone() throws Exception {
    try (var cluster = Cluster.of(1, "newer").startAll()) {
      write(cluster, 1, "before");
      assertThat(cluster.terminate(1)).isZero();
      var identity = cluster.data(1).resolve("identity");
      writeByte(identity, 7, 2);
      cluster.start(1);
      assertThat(cluster.awaitExit(1)).isEqualTo(2);
      assertThat(cluster.log(1))
          .contains("identity has format 2, and this version of Quorate reads format 1: run");
      writeByte(identity, 7, 1);
      cluster.start(1);
      cluster.awaitReady(1);
      has(cluster, 1, "before");
    }
  }

  private static void writeByte(Path path, long at, int value) throws IOException {
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(at);
      file.write(value);
    }
  }

  private static void assertUsage(String sentence, String... arguments) throws Exception {
    var ran = Cluster.run(quorate(arguments));
    assertThat(ran.exit()).as(ran.err()).isEqualTo(2);
    assertThat(ran.err()).contains(sentence);
  }
}
