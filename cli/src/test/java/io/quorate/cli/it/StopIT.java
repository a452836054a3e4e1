package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import org.junit.jupiter.api.Test;

/// What clients see of a node that is told to stop.
class StopIT {
  @Test
  void streamsEndWithASentenceAndTheProcessWithZero() throws Exception {
    try (var cluster = Cluster.of(1, "stop").startAll();
        var node = Node.at(cluster.endpoint(1));
        var watch = WatchCall.open(node)) {
      assertThat(watch.create(WatchCall.of("a")).getCreated()).isTrue();
      assertThat(cluster.terminate(1)).isZero();
      var end = watch.end();
      assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(end.getDescription()).isEqualTo("etcdserver: server stopped");
    }
  }

  @Test
  void aLeaderThatHasNobodyLeftEndsTheSameWay() throws Exception {
    try (var cluster = Cluster.of(2, "stop-alone", "--election-timeout=8000").startAll()) {
      int leader = cluster.awaitLeader();
      try (var node = Node.at(cluster.endpoint(leader));
          var watch = WatchCall.open(node)) {
        assertThat(watch.create(WatchCall.of("a")).getCreated()).isTrue();
        cluster.kill(3 - leader);
        assertThat(cluster.terminate(leader)).isZero();
        assertThat(watch.end().getDescription()).isEqualTo("etcdserver: server stopped");
      }
    }
  }
}
