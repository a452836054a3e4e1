package io.quorate.cli.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Leases, and what clients build of them, by Debian's real `etcdctl` and by jetcd, against three
/// processes and by each protocol.
@ParameterizedClass
@MethodSource("io.quorate.node.Protocols#names")
class LeaseIT {
  @Parameter String protocol = "";

  private static @Nullable Cluster cluster;

  @BeforeParameterizedClassInvocation
  static void start(String protocol) throws Exception {
    cluster = Cluster.of(3, "lease", "--protocol=" + protocol).startAll();
  }

  @AfterParameterizedClassInvocation
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private Cluster cluster() {
    return requireNonNull(cluster);
  }

  private ProcessBuilder command(String... arguments) {
    return EtcdTools.etcdctl(cluster().endpoints(), arguments);
  }

  private String out(String... arguments) throws IOException, InterruptedException {
    var ran = Cluster.run(command(arguments));
    assertThat(ran.exit()).as(ran.err()).isZero();
    return ran.out();
  }

  /// A command that goes on until it is told to end.
  private final class Lasting implements AutoCloseable {
    private final File output;
    private final Process process;

    Lasting(String... arguments) throws IOException {
      output = File.createTempFile("out", null, Path.of("target").toFile());
      process = command(arguments).redirectErrorStream(true).redirectOutput(output).start();
    }

    String said() {
      try {
        return Files.readString(output.toPath());
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    void awaitSaid(String text) {
      Awaitility.await("\"" + text + "\" of etcdctl")
          .atMost(Duration.ofSeconds(20))
          .until(() -> said().contains(text));
    }

    void end() {
      process.destroy();
    }

    @Override
    public void close() {
      end();
    }
  }

  /// The id of a lease.
  private String grant(int ttl) throws Exception {
    var told = out("lease", "grant", String.valueOf(ttl));
    assertThat(told).matches("lease [0-9a-f]+ granted with TTL\\(%ds\\)".formatted(ttl));
    return told.replaceAll("lease ([0-9a-f]+) .*", "$1");
  }

  @Test
  void etcdctlGrantsTellsAndRevokes() throws Exception {
    var lease = grant(100);
    out("put", "--lease=" + lease, "g/1", "x");
    out("put", "--lease=" + lease, "g/2", "x");
    assertThat(out("lease", "timetolive", lease, "--keys"))
        .matches(
            "lease %s granted with TTL\\(100s\\), remaining\\(9[0-9]s\\), attached keys\\(\\[g/1 g/2\\]\\)"
                .formatted(lease));
    assertThat(out("lease", "list")).contains(lease);
    assertThat(out("lease", "keep-alive", "--once", lease))
        .isEqualTo("lease %s keepalived with TTL(100)".formatted(lease));
    assertThat(out("lease", "revoke", lease)).isEqualTo("lease %s revoked".formatted(lease));
    assertThat(out("get", "--prefix", "g/")).isEmpty();
    assertThat(out("lease", "timetolive", lease))
        .isEqualTo("lease %s already expired".formatted(lease));
    assertThat(Cluster.run(command("lease", "revoke", lease)).err())
        .contains("etcdserver: requested lease not found");
    assertThat(Cluster.run(command("put", "--lease=" + lease, "g/3", "x")).err())
        .contains("etcdserver: requested lease not found");
  }

  @Test
  void aLeaseExpiresWithItsKeys() throws Exception {
    try (var watch = new Lasting("watch", "expires")) {
      var lease = grant(2);
      out("put", "--lease=" + lease, "expires", "x");
      watch.awaitSaid("PUT\nexpires\nx");
      watch.awaitSaid("DELETE\nexpires");
      assertThat(out("lease", "list")).doesNotContain(lease);
    }
  }

  @Test
  void aLeaseIsKeptAliveOverTheLossOfTheLeader() throws Exception {
    var lease = grant(4);
    out("put", "--lease=" + lease, "kept", "x");
    int leader = cluster().awaitLeader();
    try (var keepAlive = new Lasting("lease", "keep-alive", lease)) {
      keepAlive.awaitSaid("keepalived with TTL(4)");
      cluster().kill(leader);
      TimeUnit.SECONDS.sleep(10);
      assertThat(out("get", "kept", "--print-value-only")).isEqualTo("x");
      assertThat(keepAlive.process.isAlive()).as(keepAlive.said()).isTrue();
    } finally {
      cluster().start(leader);
      cluster().awaitReady(leader);
    }
    Awaitility.await("the end of a lease that is not renewed any more")
        .atMost(Duration.ofSeconds(20))
        .until(() -> out("get", "kept").isEmpty());
  }

  @Test
  void etcdctlLocks() throws Exception {
    var log = File.createTempFile("lock", null, Path.of("target").toFile());
    var script = "echo in >> %s; sleep 1; echo out >> %s".formatted(log, log);
    try (var one = new Lasting("lock", "l", "--", "sh", "-c", script);
        var other = new Lasting("lock", "l", "--", "sh", "-c", script)) {
      assertThat(one.process.waitFor(20, TimeUnit.SECONDS)).as(one.said()).isTrue();
      assertThat(other.process.waitFor(20, TimeUnit.SECONDS)).as(other.said()).isTrue();
    }
    assertThat(Files.readAllLines(log.toPath())).containsExactly("in", "out", "in", "out");
  }

  @Test
  void etcdctlElects() throws Exception {
    try (var first = new Lasting("elect", "e", "one")) {
      first.awaitSaid("one");
      try (var second = new Lasting("elect", "e", "two");
          var observer = new Lasting("elect", "-l", "e")) {
        observer.awaitSaid("one");
        assertThat(second.said()).doesNotContain("two");
        first.end();
        second.awaitSaid("two");
        observer.awaitSaid("two");
      }
    }
  }

  @Test
  void jetcdKeepsALeaseAlive() throws Exception {
    var urls = new ArrayList<String>();
    for (int node = 1; node <= cluster().size(); node++) {
      urls.add("http://" + cluster().endpoint(node));
    }
    try (var client = Client.builder().endpoints(urls.toArray(String[]::new)).build()) {
      var leases = client.getLeaseClient();
      long id = await(leases.grant(2)).getID();
      var key = ByteSequence.from("jetcd", UTF_8);
      await(client.getKVClient().put(key, key, PutOption.builder().withLeaseId(id).build()));
      var renewals = new ConcurrentLinkedQueue<Long>();
      try (var _ = leases.keepAlive(id, new Collecting(renewals))) {
        TimeUnit.SECONDS.sleep(5);
        assertThat(renewals).hasSizeGreaterThan(2).containsOnly(2L);
        var told = await(leases.timeToLive(id, LeaseOption.builder().withAttachedKeys().build()));
        assertThat(told.getGrantedTTL()).isEqualTo(2);
        assertThat(told.getKeys()).containsExactly(key);
      }
      assertThat(await(leases.keepAliveOnce(id)).getTTL()).isEqualTo(2);
      await(leases.revoke(id));
      assertThat(await(client.getKVClient().get(key)).getKvs()).isEmpty();
      assertThat(await(leases.timeToLive(id, LeaseOption.DEFAULT)).getTTL()).isEqualTo(-1);
    }
  }

  private record Collecting(ConcurrentLinkedQueue<Long> renewals)
      implements StreamObserver<LeaseKeepAliveResponse> {
    @Override
    public void onNext(LeaseKeepAliveResponse response) {
      renewals.add(response.getTTL());
    }

    @Override
    public void onError(Throwable failure) {
      renewals.add(-1L);
    }

    @Override
    public void onCompleted() {}
  }

  private static <T> T await(CompletableFuture<T> answer) throws Exception {
    return answer.get(20, TimeUnit.SECONDS);
  }
}
