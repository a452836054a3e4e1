package io.quorate.server.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What there is to see over plain HTTP, by path. Pages answer when they can; nothing here waits.
public final class HttpPages {
  static final String TEXT = "text/plain; charset=utf-8";
  static final String JSON = "application/json";

  /// An answer.
  record Answer(HttpResponseStatus status, String type, String body) {
    static Answer ok(String type, String body) {
      return new Answer(HttpResponseStatus.OK, type, body);
    }
  }

  interface Page {
    void show(QueryStringDecoder query, Consumer<Answer> answer);
  }

  private final Map<String, Page> pages = new TreeMap<>();

  /// @param version of Quorate
  /// @param metrics writes all metrics as Prometheus reads them
  public HttpPages(String version, String etcdVersion, Health health, Supplier<String> metrics) {
    pages.put("/health", new HealthPage(health));
    new ReadyPages(health).addTo(pages);
    pages.put(
        "/version",
        (query, answer) ->
            answer.accept(
                Answer.ok(
                    JSON,
                    "{\"etcdserver\":\"%s\",\"etcdcluster\":\"%s\",\"storage\":\"%s\",\"quorate\":\"%s\"}"
                        .formatted(etcdVersion, etcdVersion, etcdVersion, version))));
    pages.put(
        "/metrics",
        (query, answer) ->
            answer.accept(Answer.ok("text/plain; version=0.0.4; charset=utf-8", metrics.get())));
  }

  @Nullable Page at(String path) {
    return pages.get(path);
  }
}
