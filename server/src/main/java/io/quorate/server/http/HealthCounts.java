package io.quorate.server.http;

import java.util.Map;
import java.util.TreeMap;

/// How often probes were answered, and how. Counted and read on the loop alone.
public final class HealthCounts {
  /// Takes what one check came to.
  public interface Visitor {
    /// @param page `livez` or `readyz`
    /// @param good whether the last of them was
    void visit(String page, String name, long successes, long errors, boolean good);
  }

  private static final class Count {
    long successes;
    long errors;
    boolean good;
  }

  private final Map<String, Map<String, Count>> checks = new TreeMap<>();
  private long healthy;
  private long unhealthy;

  void health(boolean good) {
    if (good) {
      healthy++;
    } else {
      unhealthy++;
    }
  }

  /// Takes note that there is such a check.
  void known(String page, String name) {
    checks.computeIfAbsent(page, first -> new TreeMap<>()).put(name, new Count());
  }

  void check(String page, String name, boolean good) {
    var count = checks.getOrDefault(page, Map.of()).get(name);
    if (count == null) {
      throw new IllegalStateException("no check is called " + name);
    }
    count.good = good;
    if (good) {
      count.successes++;
    } else {
      count.errors++;
    }
  }

  /// How often `/health` said yes.
  public long healthy() {
    return healthy;
  }

  public long unhealthy() {
    return unhealthy;
  }

  public void forEachCheck(Visitor visitor) {
    checks.forEach((page, counts) ->
        counts.forEach(
            (name, count) -> visitor.visit(page, name, count.successes, count.errors, count.good)));
  }
}
