package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.quorate.cli.it.Cluster.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The commands that talk to a cluster. The real etcd shows that what they ask is what its API
/// means; a cluster of our own answers the same.
@ParameterizedClass
@EnumSource
class CommandsIT {
  enum Whose {
    ETCDS,
    OURS
  }

  @Parameter Whose whose = Whose.ETCDS;

  private static @Nullable AutoCloseable servers;
  private static String endpoint = "";

  @BeforeParameterizedClassInvocation
  static void start(Whose whose) throws Exception {
    if (whose == Whose.ETCDS) {
      var etcd = new Etcd("commands-etcd");
      servers = etcd;
      endpoint = etcd.endpoint();
    } else {
      var cluster = Cluster.of(3, "commands").startAll();
      servers = cluster;
      endpoint = cluster.endpoint(1);
    }
  }

  @AfterParameterizedClassInvocation
  static void end() throws Exception {
    if (servers != null) {
      servers.close();
    }
  }

  private static List<String> command(String... arguments) {
    var all = new ArrayList<>(Arrays.asList(arguments));
    all.add("--endpoints=" + endpoint);
    return Cluster.launch(all.toArray(String[]::new));
  }

  private static Ran run(String... arguments) throws Exception {
    return Cluster.run(command(arguments));
  }

  private static String out(String... arguments) throws Exception {
    var ran = run(arguments);
    assertThat(ran.exit()).as(ran.err()).isZero();
    return ran.out();
  }

  private static JsonObject json(String... arguments) throws Exception {
    var all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "-o=json";
    return JsonParser.parseString(out(all)).getAsJsonObject();
  }

  @Test
  void putsGetsAndDeletes() throws Exception {
    assertThat(out("put", "kv/1", "one")).startsWith("OK, revision ");
    assertThat(out("put", "kv/1", "uno", "--prev-kv")).contains("KEY", "kv/1", "one");
    out("put", "kv/2", "duo");
    assertThat(out("get", "kv/1")).isEqualTo("uno");
    assertThat(out("get", "kv/", "--prefix", "--order=descend", "--keys-only"))
        .isEqualTo("kv/2\nkv/1");
    assertThat(out("get", "kv/", "--prefix", "--sort-by=value", "--keys-only"))
        .isEqualTo("kv/2\nkv/1");
    assertThat(out("get", "kv/", "--prefix", "--count-only")).isEqualTo("2");
    var first = json("get", "kv/1", "kv/3", "--limit=1");
    assertThat(first.get("count").getAsInt()).isEqualTo(2);
    assertThat(first.get("more").getAsBoolean()).isTrue();
    var kv = first.getAsJsonArray("keyValues").get(0).getAsJsonObject();
    assertThat(kv.get("value").getAsString()).isEqualTo("uno");
    assertThat(kv.get("version").getAsInt()).isEqualTo(2);
    assertThat(out("get", "kv/1", "--rev=" + kv.get("createRevision"))).isEqualTo("one");
    var deleted = json("del", "kv/", "--prefix", "--prev-kv");
    assertThat(deleted.get("deleted").getAsInt()).isEqualTo(2);
    assertThat(deleted.getAsJsonArray("previous")).hasSize(2);
    assertThat(run("get", "kv/1").exit()).isEqualTo(1);
  }

  @Test
  void transactsFromArgumentsAndFromStdin() throws Exception {
    var condition = "version(\"txn\") = \"0\"";
    var first = json("txn", "--if", condition, "--then=put txn \"a b\"", "--else=get txn");
    assertThat(first.get("succeeded").getAsBoolean()).isTrue();
    assertThat(out("txn", "--if", condition, "--then=put txn x", "--else=get txn"))
        .contains("FAILURE", "get", "1 found", "a b");
    var script = Files.createTempFile(Path.of("target"), "txn", null);
    Files.writeString(script, "value(\"txn\") = \"a b\"\n\ndel txn --prev-kv\n\n\n");
    var shell = List.of("sh", "-c", "exec \"$@\" < " + script, "sh");
    var piped = new ArrayList<>(shell);
    piped.addAll(command("txn"));
    assertThat(Cluster.run(piped).out()).contains("SUCCESS", "1 deleted", "a b");
    var wrong = run("txn", "--if", "nonsense");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).contains("\"nonsense\" is no comparison").hasLineCount(1);
  }

  @Test
  void leasesLiveAndGo() throws Exception {
    assertThat(out("lease", "grant", "60", "--id=7b")).contains("LEASE", "7b", "60");
    out("put", "leased", "x", "--lease=7b");
    assertThat(json("get", "leased").toString()).contains("\"lease\":\"7b\"");
    assertThat(out("lease", "list").lines()).contains("7b");
    var status = json("lease", "timetolive", "7b", "--keys");
    assertThat(status.get("ttl").getAsInt()).isEqualTo(60);
    assertThat(status.get("keys")).hasToString("[{\"key\":\"leased\"}]");
    assertThat(out("lease", "keep-alive", "7b", "--once")).isEqualTo("lease 7b kept alive, TTL 60");
    out("lease", "revoke", "7b");
    assertThat(run("get", "leased").exit()).isEqualTo(1);
    for (var each : List.of("timetolive", "revoke", "keep-alive")) {
      var gone = run("lease", each, "7b");
      assertThat(gone.exit()).as(each).isEqualTo(1);
      assertThat(gone.err()).hasLineCount(1).containsPattern("no lease 7b|lease not found");
    }
  }

  @Test
  void aLeaseIsKeptAliveUntilToldToEnd() throws Exception {
    out("lease", "grant", "9", "--id=7c");
    try (var keepAlive = new Follow(command("lease", "keep-alive", "7c"))) {
      // Four renewals, a third of its time apart: longer than it would live by itself.
      Awaitility.await().atMost(Cluster.PATIENCE).until(() -> keepAlive.lines().size() >= 4);
      assertThat(keepAlive.terminate()).isZero();
      assertThat(keepAlive.lines()).allMatch(line -> line.startsWith("lease 7c kept alive"));
    }
    out("lease", "timetolive", "7c");
  }

  @Test
  void aWatchOfWhatIsCompactedSaysSo() throws Exception {
    out("put", "c", "1");
    long revision = json("put", "c", "2").get("revision").getAsLong();
    assertThat(out("compact", String.valueOf(revision), "--physical"))
        .isEqualTo("compacted revision " + revision);
    var watch = run("watch", "c", "--rev=1");
    assertThat(watch.exit()).isEqualTo(1);
    assertThat(watch.err()).contains("compacted; revision " + revision + " is the oldest");
    var again = run("compact", "1");
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("has been compacted");
  }

  @Test
  void hashesTellWhetherNodesAgree() throws Exception {
    out("put", "h", "1");
    var twice = endpoint + "," + endpoint;
    var ran = Cluster.run(Cluster.launch("hashkv", "--endpoints=" + twice));
    assertThat(ran.exit()).isZero();
    assertThat(ran.out()).contains("HASH", "all agree").hasLineCount(4);
    var dead = Cluster.run(Cluster.launch("hashkv", "--endpoints=127.0.0.1:1,127.0.0.1:2"));
    assertThat(dead.exit()).isEqualTo(1);
    assertThat(dead.err()).contains("127.0.0.1:1: no answer");
  }
}
