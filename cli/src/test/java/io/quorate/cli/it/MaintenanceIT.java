package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.quorate.api.DowngradeRequest;
import io.quorate.api.DowngradeRequest.DowngradeAction;
import io.quorate.api.HashRequest;
import io.quorate.api.KVGrpc;
import io.quorate.api.MaintenanceGrpc;
import io.quorate.api.RangeRequest;
import io.quorate.api.RangeResponse;
import io.quorate.api.mvcc.KeyValue;
import io.quorate.cli.it.Cluster.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// What operators do to a cluster, with etcd's own tool and with ours.
class MaintenanceIT {
  private static final ByteString ALL = ByteString.copyFrom(new byte[1]);

  private static Ran etcdctl(String endpoint, String... arguments) throws Exception {
    return Cluster.run(EtcdTools.etcdctl(endpoint, arguments));
  }

  private static String out(Ran ran) {
    assertThat(ran.exit()).as(ran.err()).isZero();
    return ran.out();
  }

  // Snapshots

  private static Ran restore(Cluster cluster, int node, Path file, String... more)
      throws Exception {
    var command = Cluster.quorate("snapshot", "restore", file.toString());
    cluster.flags(node).stream().filter(flag -> !flag.contains("-client-")).forEach(command::add);
    command.removeIf(flag -> flag.startsWith("--listen-") || flag.startsWith("--warm-up"));
    command.addAll(List.of(more));
    return Cluster.run(command);
  }

  private static void fill(Node node) {
    for (int i = 0; i < 500; i++) {
      node.put("key/%03d".formatted(i), ByteString.copyFrom(new byte[2_000]));
    }
    node.put("key/007", "again");
  }

  @Test
  void aSnapshotBeginsANewCluster() throws Exception {
    var file = Path.of("target", "it", "snapshot.db").toAbsolutePath();
    Files.deleteIfExists(file);
    try (var old = Cluster.of(3, "old").startAll();
        var restored = Cluster.of(3, "restored");
        var node = Node.at(old.endpoint(1))) {
      fill(node);
      var lease =
          out(etcdctl(old.endpoint(1), "lease", "grant", "600"))
              .replaceAll("lease ([0-9a-f]+) .*", "$1");
      out(etcdctl(old.endpoint(1), "put", "--lease=" + lease, "leased", "x"));
      out(etcdctl(old.endpoint(1), "alarm", "list"));
      out(etcdctl(old.endpoint(1), "snapshot", "save", file.toString()));
      long revision = node.status().getHeader().getRevision();
      var everything = node.everything();
      var status =
          out(Cluster.run(Cluster.quorate("snapshot", "status", file.toString(), "-o", "json")));
      assertThat(status).contains("\"revision\":" + revision, "\"totalKey\":502");
      checkDamaged(file);

      assertThat(restore(old, 1, file).err()).contains("would have the id of the old one");
      refusesWhatCannotBe(restored, file);
      throughALink(restored, 1, file);
      whereAKilledProcessLeftSomething(restored, 2, file);
      assertThat(restore(restored, 2, file).err()).contains("is not empty");
      refusesAMemberThatBeganEmpty(restored);
      out(restore(restored, 3, file));
      restored.start(3);
      for (int i = 1; i <= 3; i++) {
        restored.awaitReady(i);
      }
      check(restored, revision, everything, lease);
    }
  }

  private static void refusesWhatCannotBe(Cluster restored, Path file) throws Exception {
    var most = Long.toString(Long.MAX_VALUE);
    var ran = restore(restored, 1, file, "--bump-revision=" + most, "--mark-compacted");
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).hasLineCount(1).contains("--bump-revision " + most + " is too much");
    var usual = restored.data(1);
    try (var small = SmallDisk.mount(usual.resolveSibling("too-small"), "1m")) {
      for (var place : List.of(small.directory(), small.directory().resolve("new"))) {
        restored.data(1, place);
        var full = restore(restored, 1, file);
        assertThat(full.exit()).isEqualTo(2);
        assertThat(full.err()).hasLineCount(1).contains("No space left on device");
      }
      assertThat(small.directory().resolve("restoring")).doesNotExist();
      assertThat(small.directory().resolve("new")).doesNotExist();
    }
    restored.data(1, usual);
  }

  private static void throughALink(Cluster restored, int node, Path file) throws Exception {
    var real = restored.data(node).resolveSibling("real");
    Files.createDirectory(real);
    Files.createSymbolicLink(restored.data(node), real);
    out(restore(restored, node, file));
    assertThat(restored.data(node)).isSymbolicLink();
    assertThat(real.resolve("identity")).exists();
  }

  private static void whereAKilledProcessLeftSomething(Cluster restored, int node, Path file)
      throws Exception {
    for (var left : List.of("warm-up/warm0/journal", "restoring/store")) {
      Files.createDirectories(restored.data(node).resolve(left));
    }
    Files.createFile(restored.data(node).resolve("lock"));
    out(restore(restored, node, file));
    try (var inside = Files.list(restored.data(node))) {
      assertThat(inside.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("identity", "journal", "lock", "store");
    }
  }

  private static void checkDamaged(Path file) throws Exception {
    var damaged = file.resolveSibling("damaged.db");
    var bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(damaged, bytes);
    var ran = Cluster.run(Cluster.quorate("snapshot", "status", damaged.toString()));
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("damaged.db cannot be used");
  }

  private static void refusesAMemberThatBeganEmpty(Cluster restored) throws Exception {
    for (int i = 1; i <= 3; i++) {
      restored.start(i);
    }
    restored.awaitLog(3, "a data directory restored from that one");
    assertThat(restored.log(1)).doesNotContain("ready to serve client requests");
    restored.kill(3);
    Cluster.delete(restored.data(3));
  }

  private static void check(
      Cluster restored, long revision, List<KeyValue> everything, String lease) throws Exception {
    try (var first = Node.at(restored.endpoint(1));
        var third = Node.at(restored.endpoint(3))) {
      assertThat(third.get("key/007").getKvs(0).getValue().toStringUtf8()).isEqualTo("again");
      assertThat(third.everything()).isEqualTo(everything);
      assertThat(first.hash(revision)).isEqualTo(third.hash(revision));
      assertThat(out(etcdctl(restored.endpoint(2), "lease", "list"))).contains(lease);
      assertThat(out(etcdctl(restored.endpoint(2), "member", "list")).lines()).hasSize(3);
      assertThat(first.put("after", "x")).isEqualTo(revision + 1);
      restored.kill(2);
      assertThat(third.put("after", "y")).isEqualTo(revision + 2);
      restored.start(2);
      restored.awaitReady(2);
    }
  }

  // Quota and alarms

  @Test
  void whoFillsTheQuotaMakesRoomAndGoesOn() throws Exception {
    try (var cluster = Cluster.of(1, "quota", "--quota-backend-bytes=40000000").startAll();
        var node = Node.at(cluster.endpoint(1))) {
      var endpoint = cluster.endpoint(1);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  var value = new byte[1_000_000];
                  new Random(i).nextBytes(value);
                  node.put("key/%03d".formatted(i), ByteString.copyFrom(value));
                }
              })
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessage("RESOURCE_EXHAUSTED: etcdserver: mvcc: database space exceeded");
      assertThat(out(etcdctl(endpoint, "alarm", "list"))).contains("alarm:NOSPACE");
      assertThat(node.status().getErrorsList()).anyMatch(error -> error.contains("NOSPACE"));
      assertThat(page(endpoint, "/health")).contains("ALARM NOSPACE");
      out(etcdctl(endpoint, "del", "--prefix", "key/"));
      long revision = node.status().getHeader().getRevision();
      out(etcdctl(endpoint, "compact", "--physical", Long.toString(revision)));
      out(etcdctl(endpoint, "defrag"));
      cluster.awaitLog(1, "defragments");
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> node.status().getDbSize() < 20_000_000);
      assertThat(out(etcdctl(endpoint, "alarm", "disarm"))).contains("alarm:NOSPACE");
      node.put("key", "x");
      assertThat(page(endpoint, "/health")).contains("\"true\"");
    }
  }

  private static String page(String endpoint, String path)
      throws IOException, InterruptedException {
    return Cluster.run(List.of("curl", "-s", "http://" + endpoint + path)).out();
  }

  // The rest

  @Test
  void rangesStreamAndHashesOutlastARestart() throws Exception {
    try (var cluster = Cluster.of(1, "stream", "--auto-compaction-retention=2s").startAll();
        var node = Node.at(cluster.endpoint(1))) {
      fill(node);
      var range = RangeRequest.newBuilder().setKey(ALL).setRangeEnd(ALL).build();
      var kv = KVGrpc.newBlockingStub(node.channel());
      var merged = RangeResponse.newBuilder();
      int messages = 0;
      for (var parts = kv.rangeStream(range); parts.hasNext(); messages++) {
        merged.mergeFrom(parts.next().getRangeResponse());
      }
      var whole = kv.range(range);
      assertThat(merged.build()).isEqualTo(whole);
      assertThat(messages).isGreaterThan(4);
      var sorted = range.toBuilder().setSortOrder(RangeRequest.SortOrder.DESCEND).build();
      assertThatThrownBy(() -> kv.rangeStream(sorted).hasNext())
          .hasMessage("UNIMPLEMENTED: RangeStream does not support custom sort orders");
      var maintenance = MaintenanceGrpc.newBlockingStub(node.channel());
      var downgrade =
          DowngradeRequest.newBuilder()
              .setAction(DowngradeAction.VALIDATE)
              .setVersion("3.6")
              .build();
      assertThatThrownBy(() -> maintenance.downgrade(downgrade))
          .hasMessage("INVALID_ARGUMENT: etcdserver: invalid downgrade target version");
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> node.compacted() == 502);
      int hash = maintenance.hash(HashRequest.getDefaultInstance()).getHash();
      assertThat(hash).isNotZero();
      cluster.kill(1);
      cluster.start(1);
      cluster.awaitReady(1);
      try (var again = Node.at(cluster.endpoint(1))) {
        assertThat(
                MaintenanceGrpc.newBlockingStub(again.channel())
                    .hash(HashRequest.getDefaultInstance())
                    .getHash())
            .isEqualTo(hash);
      }
    }
  }
}
