package io.quorate.cli.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.CompactOption;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// etcd's own client for Java against three processes, by each protocol.
@ParameterizedClass
@MethodSource("io.quorate.node.Protocols#names")
class JetcdIT {
  @Parameter String protocol = "";

  private static @Nullable Cluster cluster;
  private static @Nullable Client client;

  @BeforeParameterizedClassInvocation
  static void start(String protocol) throws Exception {
    var started = Cluster.of(3, "jetcd", "--protocol=" + protocol).startAll();
    cluster = started;
    client = Client.builder().endpoints(url(started, 1), url(started, 2), url(started, 3)).build();
  }

  @AfterParameterizedClassInvocation
  static void end() {
    if (client != null) {
      client.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private static String url(Cluster cluster, int node) {
    return "http://" + cluster.endpoint(node);
  }

  private Client client() {
    return requireNonNull(client);
  }

  private KV kv() {
    return client().getKVClient();
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, UTF_8);
  }

  private static <T> T await(CompletableFuture<T> answer) throws Exception {
    return answer.get(20, TimeUnit.SECONDS);
  }

  private static List<String> values(List<KeyValue> found) {
    return found.stream().map(each -> each.getValue().toString(UTF_8)).toList();
  }

  @Test
  void putsGetsAndDeletes() throws Exception {
    for (var word : List.of("one", "two", "three")) {
      await(kv().put(bytes("j/" + word), bytes(word)));
    }
    var prefix = GetOption.builder().isPrefix(true).build();
    assertThat(values(await(kv().get(bytes("j/"), prefix)).getKvs()))
        .containsExactly("one", "three", "two");
    var limited =
        await(kv().get(bytes("j/"), GetOption.builder().isPrefix(true).withLimit(2).build()));
    assertThat(limited.getKvs()).hasSize(2);
    assertThat(limited.getCount()).isEqualTo(3);
    assertThat(limited.isMore()).isTrue();
    var sorted =
        GetOption.builder()
            .isPrefix(true)
            .withSortField(GetOption.SortTarget.MOD)
            .withSortOrder(GetOption.SortOrder.DESCEND)
            .build();
    assertThat(values(await(kv().get(bytes("j/"), sorted)).getKvs()))
        .containsExactly("three", "two", "one");
    var counted =
        await(
            kv().get(bytes("j/"), GetOption.builder().isPrefix(true).withCountOnly(true).build()));
    assertThat(counted.getKvs()).isEmpty();
    assertThat(counted.getCount()).isEqualTo(3);

    var before = await(kv().get(bytes("j/one"))).getHeader().getRevision();
    var replaced =
        await(kv().put(bytes("j/one"), bytes("uno"), PutOption.builder().withPrevKV().build()));
    assertThat(replaced.getPrevKv().getValue().toString(UTF_8)).isEqualTo("one");
    assertThat(
            values(
                await(kv().get(bytes("j/one"), GetOption.builder().withRevision(before).build()))
                    .getKvs()))
        .containsExactly("one");
    var deleted =
        await(
            kv().delete(
                    bytes("j/"), DeleteOption.builder().isPrefix(true).withPrevKV(true).build()));
    assertThat(deleted.getDeleted()).isEqualTo(3);
    assertThat(values(deleted.getPrevKvs())).containsExactly("uno", "three", "two");
  }

  @Test
  void runsTransactionsAlsoNestedOnes() throws Exception {
    await(kv().put(bytes("t"), bytes("1")));
    var isOne = new Cmp(bytes("t"), Cmp.Op.EQUAL, CmpTarget.value(bytes("1")));
    var first =
        await(
            kv().txn()
                .If(isOne)
                .Then(
                    Op.put(bytes("t"), bytes("2"), PutOption.DEFAULT),
                    Op.get(bytes("t"), GetOption.DEFAULT),
                    Op.txn(
                        new Cmp[] {new Cmp(bytes("u"), Cmp.Op.EQUAL, CmpTarget.version(0))},
                        new Op[] {Op.put(bytes("u"), bytes("new"), PutOption.DEFAULT)},
                        new Op[0]))
                .commit());
    assertThat(first.isSucceeded()).isTrue();
    assertThat(values(first.getGetResponses().getFirst().getKvs())).containsExactly("2");
    assertThat(values(await(kv().get(bytes("u"))).getKvs())).containsExactly("new");
    var second = await(kv().txn().If(isOne).Else(Op.get(bytes("t"), GetOption.DEFAULT)).commit());
    assertThat(second.isSucceeded()).isFalse();
    assertThat(values(second.getGetResponses().getFirst().getKvs())).containsExactly("2");
  }

  @Test
  void compacts() throws Exception {
    await(kv().put(bytes("c"), bytes("1")));
    var revision = await(kv().put(bytes("c"), bytes("2"))).getHeader().getRevision();
    await(kv().compact(revision, CompactOption.builder().withCompactPhysical(true).build()));
    assertThatThrownBy(() ->
            await(kv().get(bytes("c"), GetOption.builder().withRevision(revision - 1).build())))
        .hasStackTraceContaining("etcdserver: mvcc: required revision has been compacted");
    assertThat(values(await(kv().get(bytes("c"))).getKvs())).containsExactly("2");
  }

  @Test
  void tellsOfTheNodesAndMovesTheLeader() throws Exception {
    var three = requireNonNull(cluster);
    assertThat(await(client().getClusterClient().listMember()).getMembers())
        .extracting(member -> member.getName())
        .containsExactlyInAnyOrder("n1", "n2", "n3");

    var maintenance = client().getMaintenanceClient();
    await(kv().put(bytes("h"), bytes("1")));
    int leader = three.awaitLeader();
    var revision = await(kv().get(bytes("h"))).getHeader().getRevision();
    var hashes = new HashSet<Integer>();
    for (int node = 1; node <= 3; node++) {
      var status = await(maintenance.statusMember(url(three, node)));
      assertThat(status.getVersion()).isEqualTo("3.7.0");
      hashes.add(await(maintenance.hashKV(url(three, node), revision)).getHash());
    }
    assertThat(hashes).hasSize(1);

    int other = leader % 3 + 1;
    long id = await(maintenance.statusMember(url(three, other))).getHeader().getMemberId();
    try (var toLeader = Client.builder().endpoints(url(three, leader)).build()) {
      await(toLeader.getMaintenanceClient().moveLeader(id));
    }
    Awaitility.await().atMost(Cluster.PATIENCE).until(() -> three.leader() == other);
  }
}
