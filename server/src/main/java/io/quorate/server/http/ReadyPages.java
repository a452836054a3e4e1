package io.quorate.server.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `/livez` and `/readyz`: named checks, each also on a path of its own (etcd-H3, H4).
final class ReadyPages {
  private interface Check {
    /// Tells null, or what is wrong.
    void run(Health.Result result);
  }

  private record Finding(String name, @Nullable String error) {}

  private final Map<String, Check> alive = new LinkedHashMap<>();
  private final Map<String, Check> ready = new LinkedHashMap<>();

  ReadyPages(Health health) {
    Check inService = result -> result.tell(health.outOfService());
    Check local = result -> health.read(false, result);
    alive.put("serializable_read", local);
    ready.put("data_corruption", inService);
    ready.put("serializable_read", local);
    ready.put("linearizable_read", result -> health.read(true, result));
    ready.put("non_learner", result -> result.tell(null));
  }

  void addTo(Map<String, HttpPages.Page> pages) {
    add("/livez", alive, pages);
    add("/readyz", ready, pages);
  }

  private static void add(
      String path, Map<String, Check> checks, Map<String, HttpPages.Page> pages) {
    pages.put(path, (query, answer) -> show(checks, query, answer));
    checks.forEach((name, check) ->
        pages.put(path + "/" + name, (query, answer) -> show(Map.of(name, check), query, answer)));
  }

  private static void show(
      Map<String, Check> checks, QueryStringDecoder query, Consumer<HttpPages.Answer> answer) {
    var excluded = query.parameters().getOrDefault("exclude", List.of());
    var wanted = new ArrayList<>(checks.keySet());
    wanted.removeAll(excluded);
    boolean verbose = query.parameters().containsKey("verbose");
    runNext(checks, wanted, new ArrayList<>(), results -> answer.accept(answer(results, verbose)));
  }

  private static void runNext(
      Map<String, Check> checks,
      List<String> wanted,
      List<Finding> results,
      Consumer<List<Finding>> done) {
    if (results.size() == wanted.size()) {
      done.accept(results);
      return;
    }
    var name = wanted.get(results.size());
    var check = checks.get(name);
    if (check == null) {
      throw new IllegalStateException("no check is called " + name);
    }
    check.run(error -> {
      results.add(new Finding(name, error));
      runNext(checks, wanted, results, done);
    });
  }

  private static HttpPages.Answer answer(List<Finding> results, boolean verbose) {
    boolean good = results.stream().allMatch(result -> result.error == null);
    var text = new StringBuilder();
    if (!good || verbose) {
      for (var result : results) {
        text.append(
            result.error == null
                ? "[+]%s ok\n".formatted(result.name)
                : "[-]%s failed: %s\n".formatted(result.name, result.error));
      }
    }
    if (good) {
      text.append("ok\n");
    }
    return new HttpPages.Answer(
        good ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
        HttpPages.TEXT,
        text.toString());
  }
}
