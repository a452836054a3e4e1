package io.quorate.server.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.Iterator;
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

  private final HealthCounts counts;

  ReadyPages(Health health, HealthCounts counts) {
    this.counts = counts;
    Check undamaged =
        result -> {
          var out = health.outOfService();
          boolean corrupt = health.alarms().contains(Health.CORRUPT);
          result.tell(out == null && corrupt ? "alarm activated: " + Health.CORRUPT : out);
        };
    Check local = result -> health.read(false, result);
    alive.put("serializable_read", local);
    ready.put("data_corruption", undamaged);
    ready.put("serializable_read", local);
    ready.put("linearizable_read", result -> health.read(true, result));
    ready.put(
        "non_learner",
        result -> result.tell(health.isLearner() ? "not supported for learner" : null));
  }

  void addTo(Map<String, HttpPages.Page> pages) {
    add("livez", alive, pages);
    add("readyz", ready, pages);
  }

  private void add(String page, Map<String, Check> checks, Map<String, HttpPages.Page> pages) {
    pages.put("/" + page, (query, answer) -> show(page, checks, query, answer));
    checks.forEach((name, check) -> {
      counts.known(page, name);
      pages.put(
          "/" + page + "/" + name,
          (query, answer) -> show(page, Map.of(name, check), query, answer));
    });
  }

  private void show(
      String page,
      Map<String, Check> checks,
      Map<String, List<String>> query,
      Consumer<HttpPages.Answer> answer) {
    var wanted = new LinkedHashMap<>(checks);
    wanted.keySet().removeAll(query.getOrDefault("exclude", List.of()));
    boolean verbose = query.containsKey("verbose");
    runNext(
        wanted.entrySet().iterator(),
        new ArrayList<>(),
        results -> {
          results.forEach(result -> counts.check(page, result.name, result.error == null));
          answer.accept(answer(results, verbose));
        });
  }

  /// One after the other: a check may be answered within its call, or much later.
  private static void runNext(
      Iterator<Map.Entry<String, Check>> wanted,
      List<Finding> results,
      Consumer<List<Finding>> done) {
    if (!wanted.hasNext()) {
      done.accept(results);
      return;
    }
    var next = wanted.next();
    next.getValue()
        .run(error -> {
          results.add(new Finding(next.getKey(), error));
          runNext(wanted, results, done);
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
