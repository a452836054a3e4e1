package io.quorate.server.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What probes are told of a node, well or not (etcd-H1 to H5).
class HttpPagesTest {
  private static final class Node implements Health {
    boolean leader = true;
    boolean begun = true;
    boolean learner;
    List<String> alarms = List.of();
    @Nullable String outOfService;
    @Nullable String linearizable;
    @Nullable String local;

    @Override
    public boolean hasLeader() {
      return leader;
    }

    @Override
    public boolean hasBegun() {
      return begun;
    }

    @Override
    public boolean isLearner() {
      return learner;
    }

    @Override
    public List<String> alarms() {
      return alarms;
    }

    @Override
    public @Nullable String outOfService() {
      return outOfService;
    }

    @Override
    public void read(boolean isLinearizable, Result result) {
      result.tell(isLinearizable ? linearizable : local);
    }
  }

  private final Node node = new Node();
  private final HealthCounts counts = new HealthCounts();
  private final HttpPages toWatch = HttpPages.toWatch(node, counts, () -> "metrics");
  private final HttpPages all = toWatch.withVersion(node, "0.1.0", "3.7.0");

  private HttpPages.Answer get(String url) {
    var query = new QueryStringDecoder(url);
    var answers = new ArrayList<HttpPages.Answer>();
    requireNonNull(all.at(query.path()), url).show(query.parameters(), answers::add);
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  private void says(String url, int status, String body) {
    var answer = get(url);
    assertThat(answer.body()).as(url).isEqualTo(body);
    assertThat(answer.status().code()).as(url).isEqualTo(status);
  }

  private void isHealthy(String url) {
    says(url, 200, "{\"health\":\"true\",\"reason\":\"\"}");
  }

  private void isUnhealthy(String url, String reason) {
    says(url, 503, "{\"health\":\"false\",\"reason\":\"%s\"}\n".formatted(reason));
  }

  // /health

  @Test
  void aNodeIsHealthyThatReads() {
    isHealthy("/health");
    isHealthy("/health?serializable=true");
    node.linearizable = "etcdserver: request timed out";
    isUnhealthy("/health", "RANGE ERROR:etcdserver: request timed out");
    isUnhealthy("/health?serializable=false", "RANGE ERROR:etcdserver: request timed out");
    isHealthy("/health?serializable=true");
    assertThat(counts.healthy()).isEqualTo(3);
    assertThat(counts.unhealthy()).isEqualTo(2);
  }

  @Test
  void withoutLeaderOnlyLocalReadsAreWell() {
    node.leader = false;
    isUnhealthy("/health", "RAFT NO LEADER");
    isHealthy("/health?serializable=true");
  }

  @Test
  void anAlarmIsNamedUnlessItIsExcluded() {
    node.alarms = List.of("NOSPACE", "CORRUPT");
    isUnhealthy("/health", "ALARM NOSPACE");
    isUnhealthy("/health?exclude=NOSPACE&serializable=true", "ALARM CORRUPT");
    isHealthy("/health?exclude=NOSPACE&exclude=CORRUPT");
  }

  @Test
  void aNodeOutOfServiceSaysWhy() {
    node.outOfService = "\"journal\" is damaged";
    isUnhealthy("/health", "OUT OF SERVICE: 'journal' is damaged");
  }

  // /livez, /readyz

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/livez",
        "/livez/serializable_read",
        "/readyz",
        "/readyz?exclude=linearizable_read&exclude=nothing",
        "/readyz/data_corruption",
        "/readyz/serializable_read",
        "/readyz/linearizable_read",
        "/readyz/non_learner",
      })
  void aNodeThatIsWellIsOk(String url) {
    says(url, 200, "ok\n");
  }

  @Test
  void everyCheckIsToldIfAskedFor() {
    says("/livez?verbose", 200, "[+]serializable_read ok\nok\n");
    says(
        "/readyz?verbose=0&exclude=data_corruption",
        200,
        "[+]serializable_read ok\n[+]linearizable_read ok\n[+]non_learner ok\nok\n");
  }

  @Test
  void aFailureIsToldWithAllChecks() {
    node.linearizable = "etcdserver: request timed out";
    node.learner = true;
    node.alarms = List.of("NOSPACE", "CORRUPT");
    says(
        "/readyz",
        503,
        """
        [-]data_corruption failed: alarm activated: CORRUPT
        [+]serializable_read ok
        [-]linearizable_read failed: etcdserver: request timed out
        [-]non_learner failed: not supported for learner
        """);
    says("/readyz/non_learner", 503, "[-]non_learner failed: not supported for learner\n");
    says("/livez", 200, "ok\n");
    node.alarms = List.of("NOSPACE");
    says("/readyz?exclude=linearizable_read&exclude=non_learner", 200, "ok\n");
  }

  @Test
  void whatChecksCameToIsCounted() {
    get("/readyz");
    node.local = "broken";
    get("/readyz?exclude=non_learner");
    var told = new ArrayList<String>();
    counts.forEachCheck((page, name, successes, errors, good) ->
        told.add("%s %s %d %d %s".formatted(page, name, successes, errors, good)));
    assertThat(told)
        .containsExactly(
            "livez serializable_read 0 0 false",
            "readyz data_corruption 2 0 true",
            "readyz linearizable_read 2 0 true",
            "readyz non_learner 1 0 true",
            "readyz serializable_read 1 1 false");
  }

  // The others

  @Test
  void theVersionOfAClusterIsKnownOnceItHasBegun() {
    says(
        "/version",
        200,
        "{\"etcdserver\":\"3.7.0\",\"etcdcluster\":\"3.7.0\",\"storage\":\"3.7.0\",\"quorate\":\"0.1.0\"}");
    node.begun = false;
    says(
        "/version",
        200,
        "{\"etcdserver\":\"3.7.0\",\"etcdcluster\":\"not_decided\",\"storage\":\"unknown\",\"quorate\":\"0.1.0\"}");
  }

  @Test
  void whoWatchesSeesHealthAndMetricsAlone() {
    assertThat(toWatch.at("/version")).isNull();
    for (var path : List.of("/metrics", "/health", "/livez", "/readyz", "/readyz/non_learner")) {
      assertThat(toWatch.at(path)).as(path).isNotNull();
    }
    says("/metrics", 200, "metrics");
  }
}
