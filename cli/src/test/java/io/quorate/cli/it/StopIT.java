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
}
