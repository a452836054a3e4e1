package io.quorate.server.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `/health`, for load balancers and for eyes: is this node part of a cluster that works? (etcd-H1,
/// H2)
final class HealthPage implements HttpPages.Page {
  private final Health health;
  private final HealthCounts counts;

  HealthPage(Health health, HealthCounts counts) {
    this.health = health;
    this.counts = counts;
  }

  @Override
  public void show(Map<String, List<String>> query, Consumer<HttpPages.Answer> answer) {
    boolean serializable = query.getOrDefault("serializable", List.of()).contains("true");
    var excluded = query.getOrDefault("exclude", List.of());
    Consumer<@Nullable String> tell =
        reason -> {
          counts.health(reason == null);
          answer.accept(answer(reason));
        };
    var out = health.outOfService();
    var alarm = health.alarms().stream().filter(each -> !excluded.contains(each)).findFirst();
    if (out != null) {
      tell.accept("OUT OF SERVICE: " + out);
    } else if (alarm.isPresent()) {
      tell.accept("ALARM " + alarm.get());
    } else if (!serializable && !health.hasLeader()) {
      tell.accept("RAFT NO LEADER");
    } else {
      health.read(
          !serializable, error -> tell.accept(error == null ? null : "RANGE ERROR:" + error));
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
