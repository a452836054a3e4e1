package io.quorate.cli.it;

import static io.quorate.cli.it.Cluster.quorate;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How the nodes of a cluster agree is chosen where it begins, and stays.
class AgreementIT {
  private static void write(Cluster cluster, int node, String key) {
    try (var client = Node.at(cluster.endpoint(node))) {
      assertThat(client.put(key, key)).isPositive();
    }
  }

  private static void has(Cluster cluster, int node, String key) {
    try (var client = Node.at(cluster.endpoint(node))) {
      assertThat(client.get(key).getKvs(0).getValue().toStringUtf8()).isEqualTo(key);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          raft (leases of 900 ms with clocks within 300 ppm) | --leader-lease=900 --clock-drift=300
          raft (3 elect, 1 decide) | --electing-quorum=3 --deciding-quorum=1
          paxos (2 elect, 2 decide, reads without a leader) | --protocol=paxos --electing-quorum=2 --deciding-quorum=2 --leaderless-reads=true
          """)
  void whatIsUnusualHolds(String agreement, String flags) throws Exception {
    try (var cluster = Cluster.of(3, "unusual", flags.split(" ")).startAll()) {
      for (int round = 1; round <= 3; round++) {
        for (int node = 1; node <= 3; node++) {
          var key = round + "/" + node;
          write(cluster, node, key);
          has(cluster, 1 + node % 3, key);
        }
      }
      var status = Cluster.run(quorate("status", "--endpoints", cluster.endpoints()));
      assertThat(status.out()).contains(agreement);
    }
  }

  /// @param kept what the cluster begins with
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --protocol=paxos | --protocol=raft | agrees by paxos, not by raft
          --leader-lease=900 | --leader-lease=800 | agrees by raft (leases of 900 ms with clocks within 10000 ppm), and the flags of this start ask for "leases of 800 ms with clocks within 10000 ppm"
          """)
  void anotherAgreementThanTheClusters(String kept, String other, String sentence)
      throws Exception {
    try (var cluster = Cluster.of(1, "agreement")) {
      cluster.start(1, kept);
      cluster.awaitReady(1);
      write(cluster, 1, "before");
      assertThat(cluster.terminate(1)).isZero();
      var command = quorate("server");
      command.addAll(cluster.flags(1));
      command.add(other);
      var ran = Cluster.run(command);
      assertThat(ran.exit()).isEqualTo(2);
      assertThat(ran.err()).hasLineCount(1).contains(sentence, "--data-dir");
      cluster.start(1);
      cluster.awaitReady(1);
      has(cluster, 1, "before");
    }
  }

  /// Nobody begins with it; once it is started as the others are, all do.
  @Test
  void aNodeThatWouldAgreeOtherwiseIsRefused() throws Exception {
    try (var cluster = Cluster.of(3, "otherwise")) {
      cluster.start(1);
      cluster.start(2);
      cluster.start(3, "--leader-lease=900");
      var sentence = "all nodes of a new cluster need the same --protocol, the same quorums";
      cluster.awaitLog(1, sentence);
      cluster.awaitLog(3, sentence);
      cluster.kill(3);
      cluster.start(3);
      for (int node = 1; node <= 3; node++) {
        cluster.awaitReady(node);
      }
      write(cluster, 1, "begun");
      has(cluster, 3, "begun");
    }
  }
}
