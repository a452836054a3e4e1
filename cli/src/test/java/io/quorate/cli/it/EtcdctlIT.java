package io.quorate.cli.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.it.Cluster.Ran;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Debian's real `etcdctl` against three processes, by each protocol.
@ParameterizedClass
@MethodSource("io.quorate.node.Protocols#names")
class EtcdctlIT {
  @Parameter String protocol = "";

  private static @Nullable Cluster cluster;

  @BeforeParameterizedClassInvocation
  static void start(String protocol) throws Exception {
    cluster = Cluster.of(3, "etcdctl", "--protocol=" + protocol).startAll();
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

  private Ran run(String... arguments) throws IOException, InterruptedException {
    return Cluster.run(EtcdTools.etcdctl(cluster().endpoints(), arguments));
  }

  private String out(String... arguments) throws IOException, InterruptedException {
    var ran = run(arguments);
    assertThat(ran.exit()).as(ran.err()).isZero();
    return ran.out();
  }

  private String txn(String script) throws IOException, InterruptedException {
    var in = Files.createTempFile(Path.of("target"), "txn", null);
    var out = File.createTempFile("txn", null, Path.of("target").toFile());
    Files.writeString(in, script);
    var process =
        EtcdTools.etcdctl(cluster().endpoints(), "txn")
            .redirectInput(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out)
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return Files.readString(out.toPath()).strip();
  }

  @Test
  void putsAndGets() throws Exception {
    assertThat(out("put", "a/1", "one")).isEqualTo("OK");
    assertThat(out("put", "a/2", "two")).isEqualTo("OK");
    assertThat(out("put", "a/3", "three")).isEqualTo("OK");
    assertThat(out("get", "a/2")).isEqualTo("a/2\ntwo");
    assertThat(out("get", "--consistency=s", "a/2")).isEqualTo("a/2\ntwo");
    assertThat(out("get", "--prefix", "a/")).isEqualTo("a/1\none\na/2\ntwo\na/3\nthree");
    assertThat(out("get", "--prefix", "--limit=2", "a/")).isEqualTo("a/1\none\na/2\ntwo");
    assertThat(out("get", "--prefix", "--keys-only", "a/")).isEqualTo("a/1\n\na/2\n\na/3");
    assertThat(out("get", "--prefix", "--print-value-only", "--order=DESCEND", "a/"))
        .isEqualTo("three\ntwo\none");
    assertThat(out("get", "--prefix", "--print-value-only", "--sort-by=VALUE", "a/"))
        .isEqualTo("one\nthree\ntwo");
    assertThat(out("get", "a/1", "a/3", "--print-value-only")).isEqualTo("one\ntwo");
    assertThat(out("put", "--prev-kv", "a/1", "uno")).isEqualTo("OK\na/1\none");
    assertThat(out("get", "missing")).isEmpty();
  }

  @Test
  void readsThePast() throws Exception {
    assertThat(out("put", "past", "before")).isEqualTo("OK");
    var before = out("get", "past", "--write-out=fields");
    var revision = before.replaceAll("(?s).*\"ModRevision\" : (\\d+).*", "$1");
    assertThat(out("put", "past", "after")).isEqualTo("OK");
    assertThat(out("get", "past", "--print-value-only")).isEqualTo("after");
    assertThat(out("get", "past", "--print-value-only", "--rev=" + revision)).isEqualTo("before");
    assertThat(run("get", "past", "--rev=1000000").err())
        .contains("etcdserver: mvcc: required revision is a future revision");
  }

  @Test
  void deletes() throws Exception {
    out("put", "d/1", "one");
    out("put", "d/2", "two");
    out("put", "d/3", "three");
    assertThat(out("del", "d/1")).isEqualTo("1");
    assertThat(out("del", "d/1")).isEqualTo("0");
    assertThat(out("del", "--prefix", "--prev-kv", "d/")).isEqualTo("2\nd/2\ntwo\nd/3\nthree");
    assertThat(out("get", "--prefix", "d/")).isEmpty();
  }

  @Test
  void runsTransactions() throws Exception {
    out("put", "t", "1");
    var script = "value(\"t\") = \"1\"\n\nput t 2\nget t\n\nput t wrong\n\n";
    assertThat(txn(script)).isEqualTo("SUCCESS\n\nOK\n\nt\n2");
    assertThat(txn(script)).isEqualTo("FAILURE\n\nOK");
    assertThat(out("get", "t", "--print-value-only")).isEqualTo("wrong");
    assertThat(txn("version(\"new\") = \"0\"\n\nput new born\n\n\n")).isEqualTo("SUCCESS\n\nOK");
  }

  @Test
  void compacts() throws Exception {
    out("put", "c", "1");
    out("put", "c", "2");
    var revision =
        out("get", "c", "--write-out=fields").replaceAll("(?s).*\"Revision\" : (\\d+).*", "$1");
    assertThat(out("compaction", revision)).isEqualTo("compacted revision " + revision);
    assertThat(run("get", "c", "--rev=2").err())
        .contains("etcdserver: mvcc: required revision has been compacted");
    assertThat(run("compaction", revision).err())
        .contains("etcdserver: mvcc: required revision has been compacted");
    assertThat(out("get", "c", "--print-value-only")).isEqualTo("2");
    out("put", "c", "3");
    var next = String.valueOf(Long.parseLong(revision) + 1);
    assertThat(out("compaction", "--physical", next)).isEqualTo("compacted revision " + next);
  }

  @Test
  void watches() throws Exception {
    var revision =
        out("get", "w", "--write-out=fields").replaceAll("(?s).*\"Revision\" : (\\d+).*", "$1");
    out("put", "w/1", "one");
    var fromThere = "--rev=" + (Long.parseLong(revision) + 1);
    var command =
        EtcdTools.etcdctl(cluster().endpoints(), "watch", "w/", "--prefix", "--prev-kv", fromThere);
    try (var watch = new Follow(command)) {
      watch.await("one");
      out("put", "w/1", "uno");
      out("put", "x/1", "another");
      out("del", "w/1");
      out("put", "w/2", "last");
      watch.await("last");
      assertThat(watch.lines())
          .containsExactly(
              "PUT", "w/1", "one", // new
              "PUT", "w/1", "one", "w/1", "uno", // what was, and what is
              "DELETE", "w/1", "uno", "w/1", "", "PUT", "w/2", "last");
    }
  }

  @Test
  void tellsOfTheNodes() throws Exception {
    assertThat(run("endpoint", "health").err().lines())
        .hasSize(3)
        .allMatch(line -> line.contains("is healthy: successfully committed proposal"));
    var status = out("endpoint", "status");
    assertThat(status.lines()).hasSize(3).allMatch(line -> line.contains(", 3.7.0, "));
    assertThat(status.lines().filter(line -> line.contains(", true, false, "))).hasSize(1);
    assertThat(out("endpoint", "hashkv").lines().map(line -> line.replaceAll(".*, ", "")))
        .hasSize(3)
        .containsOnly(out("endpoint", "hashkv").replaceAll("(?s).*, ", ""));
    assertThat(out("member", "list").lines())
        .hasSize(3)
        .allMatch(line -> line.matches("[0-9a-f]+, started, n[123], http://.*, http://.*, false"));
  }

  @Test
  void movesTheLeader() throws Exception {
    int leader = cluster().awaitLeader();
    int follower = cluster().aFollower();
    String to;
    String from;
    try (var one = Node.at(cluster().endpoint(leader));
        var other = Node.at(cluster().endpoint(follower))) {
      from = Long.toHexString(one.status().getHeader().getMemberId());
      to = Long.toHexString(other.status().getHeader().getMemberId());
    }
    assertThat(
            Cluster.run(EtcdTools.etcdctl(cluster().endpoint(follower), "move-leader", to)).err())
        .contains("no leader endpoint given");
    assertThat(out("move-leader", to))
        .isEqualTo("Leadership transferred from %s to %s".formatted(from, to));
    assertThat(cluster().awaitLeader()).isEqualTo(follower);
  }

  @Test
  void refusesWhatEtcdRefuses() throws Exception {
    assertThat(run("put", "", "x").err()).contains("etcdserver: key is not provided");
    var large = "x".repeat(100_000);
    var script = new StringBuilder("\n\n");
    for (int i = 0; i < 16; i++) {
      script.append("put large").append(i).append(' ').append(large).append('\n');
    }
    assertThat(txn(script.append("\n\n").toString())).contains("etcdserver: request is too large");
    assertThat(run("user", "list").err()).contains("Unimplemented");
  }
}
