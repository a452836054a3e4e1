package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quorate.api.WatchCreateRequest;
import io.quorate.api.WatchGrpc;
import io.quorate.api.WatchRequest;
import io.quorate.api.WatchResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What clients see of a node that is told to stop.
class StopIT {
  private static final class Watch implements StreamObserver<WatchResponse> {
    final CompletableFuture<Void> created = new CompletableFuture<>();
    final CompletableFuture<Status> end = new CompletableFuture<>();

    @Override
    public void onNext(WatchResponse response) {
      created.complete(null);
    }

    @Override
    public void onError(Throwable e) {
      end.complete(Status.fromThrowable(e));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }

  @Test
  void streamsEndWithASentenceAndTheProcessWithZero() throws Exception {
    try (var cluster = Cluster.of(1, "stop").startAll();
        var node = Node.at(cluster.endpoint(1))) {
      var watch = new Watch();
      WatchGrpc.newStub(node.channel())
          .watch(watch)
          .onNext(
              WatchRequest.newBuilder()
                  .setCreateRequest(
                      WatchCreateRequest.newBuilder().setKey(ByteString.copyFromUtf8("a")))
                  .build());
      watch.created.get(10, TimeUnit.SECONDS);
      assertThat(cluster.terminate(1)).isZero();
      var end = watch.end.get(10, TimeUnit.SECONDS);
      assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(end.getDescription()).isEqualTo("etcdserver: server stopped");
    }
  }
}
