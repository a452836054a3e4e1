package io.quorate.cli.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1alpha.ServerReflectionGrpc;
import io.grpc.reflection.v1alpha.ServerReflectionRequest;
import io.grpc.reflection.v1alpha.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.quorate.api.AuthGrpc;
import io.quorate.api.AuthStatusRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What else the client port answers: health, reflection, pages, and what is not offered.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SurfaceIT {
  private @Nullable Cluster cluster;
  private @Nullable Node node;

  @BeforeAll
  void start() throws Exception {
    cluster = Cluster.of(1, "surface").startAll();
    node = Node.at(cluster.endpoint(1));
  }

  @AfterAll
  void end() {
    if (node != null) {
      node.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void healthIsServing() {
    var health = HealthGrpc.newBlockingStub(requireNonNull(node).channel());
    assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void reflectionNamesTheServices() throws Exception {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    var requests =
        ServerReflectionGrpc.newStub(requireNonNull(node).channel())
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable e) {
                    answer.completeExceptionally(e);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    assertThat(answer.get(10, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
        .extracting(service -> service.getName())
        .contains("etcdserverpb.KV", "etcdserverpb.Cluster", "etcdserverpb.Maintenance");
    requests.onCompleted();
  }

  @Test
  void whatIsNotOfferedIsUnimplemented() {
    assertThatThrownBy(() ->
            AuthGrpc.newBlockingStub(requireNonNull(node).channel())
                .authStatus(AuthStatusRequest.getDefaultInstance()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
  }

  private HttpResponse<String> http(String method, String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://" + requireNonNull(cluster).endpoint(1) + path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .version(HttpClient.Version.HTTP_1_1)
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void pagesForPeopleAndProbes() throws Exception {
    assertThat(http("GET", "/health").body()).contains("\"health\":\"true\"");
    for (var path : List.of("/livez", "/readyz", "/version")) {
      assertThat(http("GET", path).statusCode()).as(path).isEqualTo(200);
    }
    assertThat(http("GET", "/version").body()).contains("3.7.0");
    assertThat(http("GET", "/metrics").body()).contains("etcd_server_has_leader 1");
    assertThat(http("GET", "/nothing").statusCode()).isEqualTo(404);
    assertThat(http("POST", "/version").statusCode()).isEqualTo(405);
  }
}
