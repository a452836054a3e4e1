package io.quorate.server.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `/health`, for load balancers and for eyes: is this node part of a cluster that works? (etcd-H1,
/// H2)
final class HealthPage implements HttpPages.Page {
  private final Health health;

  HealthPage(Health health) {
    this.health = health;
  }

  @Override
  public void show(QueryStringDecoder query, Consumer<HttpPages.Answer> answer) {
    boolean serializable =
        query.parameters().getOrDefault("serializable", List.of()).contains("true");
    var out = health.outOfService();
    if (out != null) {
      answer.accept(answer("OUT OF SERVICE: " + out));
    } else if (!serializable && !health.hasLeader()) {
      answer.accept(answer("RAFT NO LEADER"));
    } else {
      health.read(
          !serializable,
          error -> answer.accept(answer(error == null ? null : "RANGE ERROR:" + error)));
    }
  }

  private static HttpPages.Answer answer(@Nullable String reason) {
    if (reason == null) {
      return HttpPages.Answer.ok(HttpPages.JSON, "{\"health\":\"true\",\"reason\":\"\"}");
    }
    return new HttpPages.Answer(
        HttpResponseStatus.SERVICE_UNAVAILABLE,
        HttpPages.TEXT,
        "{\"health\":\"false\",\"reason\":\"%s\"}\n".formatted(reason.replace("\"", "'")));
  }
}
