package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `quorate watch` against nodes of our own, of which each is killed once.
class WatchCommandIT {
  @Test
  void noChangeIsLeftOutOrToldTwiceWhicheverNodeFails() throws Exception {
    try (var cluster = Cluster.of(3, "watch-command").startAll()) {
      var command =
          Cluster.launch(
              "watch", "w/", "--prefix", "-o=json", "--endpoints=" + cluster.endpoints());
      try (var watch = new Follow(command)) {
        watch.await("begin");
        var expected = new ArrayList<String>();
        for (int node = 1; node <= cluster.size(); node++) {
          put(cluster, "before " + node, expected);
          watch.await("before " + node);
          cluster.kill(node);
          cluster.awaitLeader();
          put(cluster, "while " + node + " was away", expected);
          watch.await("while " + node + " was away");
          cluster.start(node);
          cluster.awaitReady(node);
        }
        assertThat(watch.terminate()).isZero();
        assertThat(
                watch.lines().stream()
                    .filter(line -> line.contains("\"type\":\"put\""))
                    .map(line ->
                        JsonParser.parseString(line)
                            .getAsJsonObject()
                            .getAsJsonObject("keyValue")
                            .get("value")
                            .getAsString()))
            .containsExactlyElementsOf(expected);
      }
    }
  }

  private static void put(Cluster cluster, String value, List<String> expected) {
    int leader = cluster.awaitLeader();
    try (var node = Node.at(cluster.endpoint(leader))) {
      node.put("w/key", value);
      expected.add(value);
    }
  }
}
