package io.quorate.server.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
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

  /// Reads, and changes nothing of the node.
  interface Page {
    /// @param query values by their names
    void show(Map<String, List<String>> query, Consumer<Answer> answer);
  }

  private final Map<String, Page> pages;

  private HttpPages(Map<String, Page> pages) {
    this.pages = pages;
  }

  /// Those for whoever watches the node (etcd-H1 to H4, H6).
  ///
  /// @param counts takes what the probes come to
  /// @param metrics writes all metrics as Prometheus reads them
  public static HttpPages toWatch(Health health, HealthCounts counts, Supplier<String> metrics) {
    var pages = new TreeMap<String, Page>();
    pages.put("/health", new HealthPage(health, counts));
    new ReadyPages(health, counts).addTo(pages);
    pages.put(
        "/metrics",
        (query, answer) ->
            answer.accept(Answer.ok("text/plain; version=0.0.4; charset=utf-8", metrics.get())));
    return new HttpPages(pages);
  }

  /// These and the page that tells versions (etcd-H5).
  ///
  /// @param version of Quorate
  public HttpPages withVersion(Health health, String version, String etcdVersion) {
    var more = new TreeMap<>(pages);
    more.put(
        "/version",
        (query, answer) -> {
          boolean begun = health.hasBegun();
          answer.accept(
              Answer.ok(
                  JSON,
                  "{\"etcdserver\":\"%s\",\"etcdcluster\":\"%s\",\"storage\":\"%s\",\"quorate\":\"%s\"}"
                      .formatted(
                          etcdVersion,
                          begun ? etcdVersion : "not_decided",
                          begun ? etcdVersion : "unknown",
                          version)));
        });
    return new HttpPages(more);
  }

  @Nullable Page at(String path) {
    return pages.get(path);
  }
}
