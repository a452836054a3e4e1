package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.it.Cluster.Ran;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `etcdctl check`: load of etcd's own making, which ends with one request that deletes all of it.
class EtcdctlCheckIT {
  private static Ran etcdctl(Cluster cluster, String... arguments) throws Exception {
    var ran = Cluster.run(EtcdTools.etcdctl(cluster.endpoints(), arguments), Duration.ofMinutes(2));
    assertThat(ran.exit()).as(ran.out() + ran.err()).isZero();
    return ran;
  }

  /// Ten thousand keys by fifty clients at once.
  @Test
  void ofScale() throws Exception {
    EtcdTools.etcdctl();
    try (var cluster = Cluster.of(3, "check").startAll()) {
      assertThat(etcdctl(cluster, "check", "datascale").out())
          .contains("PASS: Approximate system memory used");
      assertThat(etcdctl(cluster, "get", "--prefix", "/etcdctl-check-datascale/").out()).isEmpty();
    }
  }

  /// It takes a minute for each protocol: only `-Dcheck.perf=s` or `m`, the load, runs it.
  @ParameterizedTest
  @MethodSource("io.quorate.node.Protocols#names")
  @EnabledIfSystemProperty(named = "check.perf", matches = "s|m")
  void ofPerformance(String protocol) throws Exception {
    EtcdTools.etcdctl();
    try (var cluster = Cluster.of(3, "check", "--protocol=" + protocol).startAll()) {
      var load = "--load=" + System.getProperty("check.perf");
      assertThat(etcdctl(cluster, "check", "perf", load).out().lines())
          .filteredOn(line -> line.startsWith("PASS"))
          .as("throughput, slowest request, deviation, and all in all")
          .hasSize(4);
      assertThat(etcdctl(cluster, "get", "--prefix", "/etcdctl-check-perf/").out()).isEmpty();
    }
  }
}
