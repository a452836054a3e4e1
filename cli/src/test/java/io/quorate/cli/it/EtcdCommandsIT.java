package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.quorate.cli.it.Cluster.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Commands against the real etcd where only it can be the judge: a lone server that comes back,
/// and a snapshot that its own tool reads.
class EtcdCommandsIT {
  private final Etcd etcd = new Etcd("etcd-commands");

  EtcdCommandsIT() throws Exception {}

  @AfterEach
  void end() {
    etcd.close();
  }

  private List<String> command(String... arguments) {
    var all = new ArrayList<>(Arrays.asList(arguments));
    all.add("--endpoints=" + etcd.endpoint());
    return Cluster.launch(all.toArray(String[]::new));
  }

  private Ran run(String... arguments) throws Exception {
    return Cluster.run(command(arguments));
  }

  private String out(String... arguments) throws Exception {
    var ran = run(arguments);
    assertThat(ran.exit()).as(ran.err()).isZero();
    return ran.out();
  }

  @Test
  void aWatchLeavesNothingOutWhenTheServerIsKilled() throws Exception {
    try (var watch = new Follow(command("watch", "w/", "--prefix", "--prev-kv", "-o=json"));
        var deletions = new Follow(command("watch", "w/", "--prefix", "--filter=put"))) {
      watch.await("begin");
      deletions.await("watching from revision");
      out("put", "w/1", "one");
      watch.await("\"one\"");
      etcd.restart();
      out("put", "w/1", "uno");
      out("del", "w/1");
      watch.await("\"delete\"");
      deletions.await("DELETE");
      assertThat(watch.terminate()).isZero();
      var events =
          watch.lines().stream()
              .filter(line -> line.startsWith("{"))
              .map(line -> JsonParser.parseString(line).getAsJsonObject())
              .filter(each -> !each.get("type").getAsString().equals("begin"))
              .toList();
      assertThat(events)
          .extracting(each -> each.get("type").getAsString())
          .containsExactly("put", "put", "delete");
      assertThat(events.get(1).getAsJsonObject("previous").get("value").getAsString())
          .isEqualTo("one");
      assertThat(watch.lines()).anyMatch(line -> line.endsWith("; trying again"));
      assertThat(deletions.lines()).noneMatch(line -> line.startsWith("PUT"));
    }
  }

  @Test
  void aSnapshotIsWholeOrNotThere() throws Exception {
    out("put", "s", "1");
    var file = Path.of("target", "it", "saved.db").toAbsolutePath();
    Files.deleteIfExists(file);
    assertThat(out("snapshot", "save", file.toString())).contains("saved", "SHA-256");
    var etcdctl =
        new ProcessBuilder(EtcdTools.etcdctl().toString(), "snapshot", "status", file.toString());
    etcdctl.environment().put("ETCDCTL_API", "3");
    assertThat(Cluster.run(etcdctl).exit()).as("etcdctl reads it").isZero();
    var nowhere = run("snapshot", "save", "/nowhere/at/all");
    assertThat(nowhere.exit()).isEqualTo(2);
    assertThat(nowhere.err()).contains("choose another place").hasLineCount(1);
    var dead =
        Cluster.run(Cluster.launch("snapshot", "save", file + "2", "--endpoints=127.0.0.1:1"));
    assertThat(dead.exit()).isEqualTo(1);
    assertThat(file.resolveSibling("saved.db2")).doesNotExist();
    assertThat(file.resolveSibling("saved.db2.part")).doesNotExist();
  }
}
