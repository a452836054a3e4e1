package io.quorate.cli.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.KVGrpc;
import io.quorate.api.PutRequest;
import io.quorate.api.RequestOp;
import io.quorate.api.TxnRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `etcdctl make-mirror` between clusters, ours and the real etcd: a way in and a way out.
class MirrorIT {
  /// More than the mirror reads in one page.
  private static final int KEYS = 1_100;

  private static final int IN_ONE_REQUEST = 100;

  @BeforeAll
  static void find() {
    EtcdTools.etcdctl();
  }

  private static Follow mirror(String from, String to, String... flags) throws Exception {
    var builder = EtcdTools.etcdctl(from, "make-mirror");
    builder.command().addAll(List.of(flags));
    builder.command().add(to);
    return new Follow(builder);
  }

  private static RequestOp put(String key, String value) {
    return RequestOp.newBuilder()
        .setRequestPut(
            PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value)))
        .build();
  }

  /// From one key to another, without that one.
  private static RequestOp delete(String from, String to) {
    return RequestOp.newBuilder()
        .setRequestDeleteRange(
            DeleteRangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(from))
                .setRangeEnd(ByteString.copyFromUtf8(to)))
        .build();
  }

  private static void write(Node node, RequestOp... operations) {
    var request = TxnRequest.newBuilder();
    for (var operation : operations) {
      request.addSuccess(operation);
    }
    KVGrpc.newBlockingStub(node.channel()).txn(request.build());
  }

  private static void fill(Node node, String prefix) {
    for (int i = 0; i < KEYS; i += IN_ONE_REQUEST) {
      var operations = new RequestOp[IN_ONE_REQUEST];
      for (int j = 0; j < IN_ONE_REQUEST; j++) {
        operations[j] = put("%s%05d".formatted(prefix, i + j), "value " + (i + j));
      }
      write(node, operations);
    }
  }

  /// What changes while a mirror is made and later: new, other and no values, several at once too.
  private static void change(Node node, String prefix, String value) {
    node.put(prefix + "new " + value, value);
    write(node, put(prefix + "00007", value), put(prefix + "00008", value));
    write(node, delete(prefix + "00100", prefix + "00200"), put(prefix + "end", value));
  }

  private static Map<String, String> contents(Node node) {
    return node.everything().stream()
        .collect(
            toMap(each -> each.getKey().toString(UTF_8), each -> each.getValue().toString(UTF_8)));
  }

  private static void awaitContents(Node node, Map<String, String> expected, Follow mirror)
      throws Exception {
    try {
      Awaitility.await()
          .atMost(Cluster.PATIENCE)
          .untilAsserted(() -> assertThat(contents(node)).isEqualTo(expected));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("the mirror said " + mirror.lines(), e);
    }
  }

  @Test
  void aClusterIsMirroredAlsoWhenANodeIsKilled() throws Exception {
    try (var three = Cluster.of(3, "mirror-from").startAll();
        var lone = Cluster.of(1, "mirror-to").startAll();
        var from = Node.at(three.endpoint(2));
        var to = Node.at(lone.endpoint(1))) {
      fill(from, "a/");
      try (var mirror = mirror(three.endpoints(), lone.endpoint(1))) {
        change(from, "a/", "soon");
        awaitContents(to, contents(from), mirror);
        change(from, "a/", "later");
        awaitContents(to, contents(from), mirror);
        three.kill(1);
        three.awaitLeader();
        change(from, "a/", "last");
        assertThat(contents(from)).hasSize(KEYS - 100 + 4).containsEntry("a/00007", "last");
        awaitContents(to, contents(from), mirror);
      }
    }
  }

  @Test
  void aPrefixGoesToEtcdUnderAnother() throws Exception {
    try (var lone = Cluster.of(1, "mirror-from").startAll();
        var etcd = new Etcd("mirror-to-etcd");
        var from = Node.at(lone.endpoint(1));
        var to = Node.at(etcd.endpoint())) {
      fill(from, "a/");
      from.put("b/other", "stays");
      to.put("b/own", "stays");
      try (var mirror =
          mirror(lone.endpoint(1), etcd.endpoint(), "--prefix=a/", "--dest-prefix=copy/a/")) {
        change(from, "a/", "soon");
        from.put("b/other", "stays too");
        change(from, "a/", "later");
        var expected = new HashMap<String, String>();
        contents(from).forEach((key, value) -> expected.put("copy/" + key, value));
        expected.remove("copy/b/other");
        expected.put("b/own", "stays");
        awaitContents(to, expected, mirror);
        assertThat(mirror.lines()).noneMatch(line -> line.contains("rror"));
      }
    }
  }

  @Test
  void etcdIsMirroredHere() throws Exception {
    try (var etcd = new Etcd("mirror-from-etcd");
        var three = Cluster.of(3, "mirror-to").startAll();
        var from = Node.at(etcd.endpoint());
        var to = Node.at(three.endpoint(3))) {
      fill(from, "a/");
      from.put("b/other", "stays");
      try (var mirror =
          mirror(etcd.endpoint(), three.endpoint(1), "--prefix=a/", "--no-dest-prefix")) {
        change(from, "a/", "soon");
        change(from, "a/", "later");
        var expected = new HashMap<String, String>();
        contents(from).forEach((key, value) -> expected.put(key.substring(2), value));
        expected.remove("other");
        awaitContents(to, expected, mirror);
        assertThat(mirror.lines()).noneMatch(line -> line.contains("rror"));
      }
    }
  }
}
