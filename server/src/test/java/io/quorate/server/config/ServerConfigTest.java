package io.quorate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.quorate.consensus.Era;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerConfigTest {
  private static final String PEER = "http://10.0.0.1:2380";

  private static ServerConfig parse(String... arguments) {
    return ServerConfig.parse(List.of(arguments), Map.of());
  }

  private static void refused(String sentence, String... arguments) {
    assertThatThrownBy(() -> parse(arguments))
        .isInstanceOf(UsageException.class)
        .hasMessage(sentence);
  }

  /// A flag, a value for it (and what that value needs beside it), and what it then is.
  private record Example(List<String> arguments, Function<ServerConfig, Object> part, Object is) {
    static Example of(String argument, Function<ServerConfig, Object> part, Object is) {
      return new Example(List.of(argument), part, is);
    }

    String flag() {
      return arguments.getFirst().replaceAll("^--|=.*", "");
    }
  }

  private static final List<Example> EXAMPLES =
      List.of(
          Example.of("--config-file=", ServerConfig::warnings, List.of()),
          Example.of("--name=n1", ServerConfig::name, "n1"),
          Example.of("--data-dir=/d", ServerConfig::dataDir, Path.of("/d")),
          new Example(
              List.of(
                  "--listen-client-urls=http://127.0.0.1:1,http://[::1]:2",
                  "--advertise-client-urls=http://127.0.0.1:1"),
              config -> config.listenClient().stream().map(Endpoint::port).toList(),
              List.of(1, 2)),
          Example.of(
              "--advertise-client-urls=http://n1:1",
              ServerConfig::advertiseClient,
              List.of(new Endpoint("http://n1:1", "n1", 1))),
          Example.of(
              "--listen-client-http-urls=http://127.0.0.1:1",
              config -> config.listenHttp().stream().map(Endpoint::port).toList(),
              List.of(1)),
          Example.of(
              "--listen-metrics-urls=http://127.0.0.1:1",
              config -> config.listenMetrics().stream().map(Endpoint::port).toList(),
              List.of(1)),
          Example.of(
              "--listen-peer-urls=http://0.0.0.0:1",
              ServerConfig::listenPeer,
              List.of(new Endpoint("http://0.0.0.0:1", "0.0.0.0", 1))),
          Example.of(
              "--initial-advertise-peer-urls=" + PEER,
              ServerConfig::cluster,
              Map.of("default", List.of(PEER))),
          Example.of(
              "--initial-cluster=default=http://localhost:2380,b=http://b:1",
              ServerConfig::cluster,
              Map.of("default", List.of("http://localhost:2380"), "b", List.of("http://b:1"))),
          Example.of("--initial-cluster-state=existing", ServerConfig::existing, true),
          Example.of("--initial-cluster-token=t", ServerConfig::token, "t"),
          Example.of("--protocol=raft", ServerConfig::protocol, Optional.of("raft")),
          new Example(
              List.of("--electing-quorum=1", "--deciding-quorum=1"),
              config -> config.options().map(Era.Options::electing),
              Optional.of(1)),
          new Example(
              List.of("--deciding-quorum=1", "--electing-quorum=1"),
              config -> config.options().map(Era.Options::deciding),
              Optional.of(1)),
          Example.of(
              "--leader-lease=500",
              config -> config.firstEra().options().describe(),
              "leases of 500 ms with clocks within 10000 ppm"),
          new Example(
              List.of("--clock-drift=300", "--leader-lease=500"),
              config -> config.options().map(Era.Options::leaseDriftPpm),
              Optional.of(300)),
          new Example(
              List.of("--leaderless-reads=true", "--protocol=paxos"),
              config -> config.options().map(Era.Options::leaderlessReads),
              Optional.of(true)),
          Example.of("--heartbeat-interval=200", ServerConfig::heartbeatMillis, 200L),
          Example.of("--election-timeout=50000", ServerConfig::electionMillis, 50_000L),
          Example.of("--max-learners=2", ServerConfig::maxLearners, 2),
          Example.of("--max-request-bytes=1024", ServerConfig::maxRequestBytes, 1024),
          Example.of("--max-txn-ops=1", ServerConfig::maxTxnOps, 1),
          Example.of("--max-concurrent-streams=7", ServerConfig::maxStreams, 7L),
          Example.of(
              "--grpc-keepalive-min-time=1s",
              config -> config.keepalive().minTime(),
              Duration.ofSeconds(1)),
          Example.of(
              "--grpc-keepalive-interval=90m",
              config -> config.keepalive().interval(),
              Duration.ofMinutes(90)),
          Example.of(
              "--grpc-keepalive-timeout=1.5s",
              config -> config.keepalive().timeout(),
              Duration.ofMillis(1_500)),
          Example.of(
              "--watch-progress-notify-interval=100ms",
              ServerConfig::watchProgressNotifyInterval,
              Duration.ofMillis(100)),
          Example.of("--quota-backend-bytes=-1", ServerConfig::quotaBackendBytes, -1L),
          new Example(
              List.of("--auto-compaction-mode=revision", "--auto-compaction-retention=5"),
              ServerConfig::autoCompaction,
              new AutoCompaction.Revisions(5)),
          Example.of(
              "--auto-compaction-retention=30m",
              ServerConfig::autoCompaction,
              new AutoCompaction.Periodic(Duration.ofMinutes(30))),
          Example.of("--snapshot-bytes=1048576", ServerConfig::snapshotBytes, 1L << 20),
          Example.of("--segment-bytes=1073741824", ServerConfig::segmentBytes, 1L << 30),
          Example.of("--warm-up=1m", ServerConfig::warmUp, Duration.ofMinutes(1)),
          Example.of("--metrics=extensive", ServerConfig::extensiveMetrics, true),
          Example.of("--log-level=debug", ServerConfig::logLevel, "debug"),
          Example.of("--log-format=json", ServerConfig::logFormat, "json"));

  @Test
  void everyFlagOfTheHelpIsTaken() {
    var documented =
        Pattern.compile("^  --(\\S+) ", Pattern.MULTILINE)
            .matcher(ServerConfig.help())
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(EXAMPLES.stream().map(Example::flag)).containsExactlyElementsOf(documented);
    for (var example : EXAMPLES) {
      var config = ServerConfig.parse(example.arguments, Map.of());
      assertThat(example.part.apply(config)).as(example.flag()).isEqualTo(example.is);
    }
  }

  @Test
  void etcdsNameForALogOfTextIsTaken() {
    assertThat(ServerConfig.parse(List.of("--log-format=console"), Map.of()).logFormat())
        .isEqualTo("text");
  }

  @Test
  void thePageOfFlagsNamesThemAllWithTheirDefaults() throws IOException {
    var page = Files.readString(Path.of("..", "docs", "configuration.md"));
    Pattern.compile("^  --(\\S+) .*\\n +(?:.*\\(default (\\S+)\\)$)?", Pattern.MULTILINE)
        .matcher(ServerConfig.help())
        .results()
        .forEach(flag -> {
          var fallback = flag.group(2) == null ? "" : "`%s`".formatted(flag.group(2));
          assertThat(page).contains("| `%s` | %s".formatted(flag.group(1), fallback));
        });
  }

  @Test
  void everyDefaultOfTheHelpIsWhatIsTaken() {
    var help = ServerConfig.help().replace("NAME.quorate", "default.quorate");
    Pattern.compile("^  --(\\S+) .*\\n.*\\(default (\\S+)\\)$", Pattern.MULTILINE)
        .matcher(help)
        .results()
        .map(match -> "--%s=%s".formatted(match.group(1), match.group(2)))
        .forEach(argument ->
            assertThat(parse("--advertise-client-urls=http://localhost:2379", argument))
                .as(argument)
                .isEqualTo(parse()));
    assertThat(parse().dataDir()).isEqualTo(Path.of("default.quorate"));
    assertThat(parse("--name=n1").dataDir()).isEqualTo(Path.of("n1.quorate"));
    assertThat(parse().cluster())
        .containsExactly(entry("default", List.of("http://localhost:2380")));
    assertThat(parse().warnings()).isEmpty();
  }

  @Test
  void aCommandLineOfEtcdsIsTakenWithWarnings() {
    var config =
        parse(
            "--name",
            "n1",
            "--snapshot-count",
            "10000",
            "--experimental-initial-corrupt-check",
            "--initial-cluster",
            "n1=" + PEER,
            "--initial-advertise-peer-urls",
            PEER);
    assertThat(config.name()).isEqualTo("n1");
    assertThat(config.warnings())
        .containsExactly(
            "--snapshot-count is a flag of etcd's that has no effect here: --snapshot-bytes says"
                + " when the store is made durable",
            "--experimental-initial-corrupt-check is a flag of etcd's that has no effect here");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--heartbeat-interval=0 | --heartbeat-interval needs a whole number from 1 to 50000, not"
            + " \"0\"",
        "--election-timeout=50001 | --election-timeout[50001ms] is too long, and should be set less"
            + " than 50000ms",
        "--auto-compaction-mode=weekly | unknown auto-compaction-mode \"weekly\"",
        "--auto-compaction-retention=1d | error parsing CompactionRetention: time: unknown unit"
            + " \"d\" in duration \"1d\"",
        "--auto-compaction-retention=-1h | error parsing CompactionRetention: \"-1h\" is less than"
            + " nothing",
        "--grpc-keepalive-min-time=5 | --grpc-keepalive-min-time needs a span of time from 0ms up,"
            + " such as 90s or 1h30m, not \"5\"",
        "--watch-progress-notify-interval=99ms | --watch-progress-notify-interval needs a span of"
            + " time from 100ms up, such as 90s or 1h30m, not \"99ms\"",
        "--max-concurrent-streams=0 | --max-concurrent-streams needs a whole number from 1 to"
            + " 4294967295, not \"0\"",
        "--max-learners=-1 | --max-learners needs a whole number from 0 to 1000, not \"-1\"",
        "--quota-backend-bytes=2GB | --quota-backend-bytes needs a whole number from"
            + " -9223372036854775808 to 9223372036854775807, not \"2GB\"",
        "--warm-up=61s | --warm-up keeps the node from starting for so long: at most 1m, not"
            + " \"61s\"",
        "--metrics=all | --metrics is one of basic, extensive, not \"all\"",
        "--listen-metrics-urls=https://127.0.0.1:1 | --listen-metrics-urls: \"https://127.0.0.1:1\""
            + " cannot be served yet, this version speaks plain http only",
        "--listen-client-http-urls=http://localhost:2379 | cannot bind both --listen-client-urls"
            + " and --listen-client-http-urls on the same url http://localhost:2379",
        "--max-request-bytes=1k | --max-request-bytes needs a whole number from 1024 to 33554432,"
            + " not \"1k\"",
        "--max-request-bytes=33554433 | --max-request-bytes needs a whole number from 1024 to"
            + " 33554432, not \"33554433\"",
        "--max-txn-ops=0 | --max-txn-ops needs a whole number from 1 to 1048576, not \"0\"",
        "--snapshot-bytes=1 | --snapshot-bytes needs a whole number from 1048576 to 1099511627776,"
            + " not \"1\"",
        "--segment-bytes=9999999999 | --segment-bytes needs a whole number from 1048576 to"
            + " 1073741824, not \"9999999999\"",
        "--protocol=chubby | --protocol is one of raft, paxos, zab, not \"chubby\"",
        "--initial-cluster-state=old | --initial-cluster-state is one of new, existing, not"
            + " \"old\"",
        "--log-level=trace | --log-level is one of debug, info, warn, error, not \"trace\"",
        "--log-format=xml | --log-format is one of text, json, console, not \"xml\"",
        "--name= | --name needs a name, as in --name n1",
        "--listen-peer-urls= | --listen-peer-urls needs at least one URL, such as"
            + " http://10.0.0.1:2379",
        "--advertise-client-urls=h:1 | --advertise-client-urls: \"h:1\" must begin with http://, as"
            + " in http://10.0.0.1:2379",
        "--initial-advertise-peer-urls=http://h:0 | --initial-advertise-peer-urls: \"http://h:0\""
            + " must have a port from 1 to 65535",
        "--listen-peer-urls=http://n1:1 | --listen-peer-urls: expected IP in URL for binding, as in"
            + " http://0.0.0.0:2379, not \"http://n1:1\"",
        "--listen-client-urls=http://127.0.0.1:1 | --advertise-client-urls is required when"
            + " --listen-client-urls is set explicitly",
      })
  void aWrongValueIsRefusedInOneSentence(String argument, String sentence) {
    refused(sentence, argument);
  }

  @ParameterizedTest
  @CsvSource({"100, 500", "1, 5", "10000, 50000"})
  void anElectionTakesFiveHeartbeats(long heartbeat, long election) {
    var config = parse("--heartbeat-interval=" + heartbeat, "--election-timeout=" + election);
    assertThat(config.electionMillis()).isEqualTo(election);
    refused(
        "--election-timeout[%dms] should be at least as 5 times as --heartbeat-interval[%dms]"
            .formatted(election - 1, heartbeat),
        "--heartbeat-interval=" + heartbeat,
        "--election-timeout=" + (election - 1));
  }

  @Test
  void revisionsAreCountedAsAWholeNumber() {
    refused(
        "error parsing CompactionRetention: mode revision needs a whole number of revisions, not"
            + " \"10h\"",
        "--auto-compaction-mode=revision",
        "--auto-compaction-retention=10h");
    assertThat(
            parse("--auto-compaction-mode=revision", "--auto-compaction-retention=0")
                .autoCompaction())
        .isEqualTo(new AutoCompaction.Off());
  }

  @Test
  void aNumberOfRetentionIsHours() {
    assertThat(parse("--auto-compaction-retention=10").autoCompaction())
        .isEqualTo(new AutoCompaction.Periodic(Duration.ofHours(10)));
  }

  @Test
  void whatNothingGoesByYetIsNamed() {
    assertThat(parse("--auto-compaction-retention=1h", "--max-learners=2").warnings())
        .containsExactly("--max-learners is known and has no effect yet");
  }

  @Test
  void aQuotaOfNothingIsTheUsualOne() {
    assertThat(parse().quotaBackendBytes()).isEqualTo(2_147_483_648L);
    assertThat(parse("--quota-backend-bytes=1").quotaBackendBytes()).isEqualTo(1);
  }

  // The cluster

  private static ServerConfig cluster(String cluster) {
    return parse(
        "--name=n1", "--initial-advertise-peer-urls=" + PEER, "--initial-cluster=" + cluster);
  }

  private static void clusterRefused(String cluster, String sentence) {
    assertThatThrownBy(() -> cluster(cluster))
        .isInstanceOf(UsageException.class)
        .hasMessage(sentence);
  }

  @Test
  void aNodeMayHaveSeveralUrlsAndSpaceAround() {
    var config =
        parse(
            "--name=n1",
            "--initial-advertise-peer-urls=http://10.0.0.9:2380," + PEER,
            "--initial-cluster= n1 = " + PEER + " , n2=http://n2:1,n1=http://10.0.0.9:2380");
    assertThat(config.cluster())
        .containsExactly(
            entry("n1", List.of(PEER, "http://10.0.0.9:2380")),
            entry("n2", List.of("http://n2:1")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "=http://10.0.0.2:2380", " =http://10.0.0.2:2380", ""})
  void aNodeOfTheClusterIsNameAndUrl(String part) {
    clusterRefused(
        "n1=%s,%s".formatted(PEER, part),
        "--initial-cluster: \"%s\" must be NAME=URL, as in n1=http://10.0.0.1:2380"
            .formatted(part));
  }

  @Test
  void theUrlsOfTheClusterAreChecked() {
    clusterRefused(
        "n1=" + PEER + ",n2=",
        "--initial-cluster: \"\" must begin with http://, as in http://10.0.0.1:2379");
    clusterRefused(
        "n1=" + PEER + ",n2=https://n2:1",
        "--initial-cluster: \"https://n2:1\" cannot be served yet, this version speaks plain http"
            + " only");
    clusterRefused(
        "n1=" + PEER + ",n2=" + PEER,
        "--initial-cluster n1=%s,n2=%s has duplicate url %s".formatted(PEER, PEER, PEER));
  }

  @Test
  void theClusterNamesThisNode() {
    clusterRefused(
        "n2=http://n2:1,n3=http://n3:1",
        "couldn't find local name \"n1\" in the initial cluster configuration; it names n2, n3");
  }

  @Test
  void theClusterNamesThisNodeAsItIsAdvertised() {
    clusterRefused(
        "n1=http://10.0.0.9:1",
        "--initial-cluster has n1=http://10.0.0.9:1 but missing from --initial-advertise-peer-urls="
            + PEER);
    assertThatThrownBy(() ->
            parse(
                "--name=n1",
                "--initial-advertise-peer-urls=http://10.0.0.9:1," + PEER,
                "--initial-cluster=n1=" + PEER))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "--initial-advertise-peer-urls has http://10.0.0.9:1 but missing from"
                + " --initial-cluster=n1="
                + PEER);
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:1, false",
    "http://localhost:1, false",
    "http://0.0.0.0:1, true",
    "'http://127.0.0.1:1,http://10.0.0.1:1', true",
  })
  void anAddressOfTheNetworkIsOpenToOthers(String urls, boolean open) {
    var config = parse("--listen-client-urls=" + urls, "--advertise-client-urls=http://n1:1");
    assertThat(config.isOpenToOthers()).isEqualTo(open);
  }

  private static String[] ofFive(String... flags) {
    var all = new ArrayList<>(List.of(flags));
    var nodes = new ArrayList<String>();
    for (int i = 1; i <= 5; i++) {
      nodes.add("n%d=http://10.0.0.%d:2380".formatted(i, i));
    }
    all.add("--name=n1");
    all.add("--initial-advertise-peer-urls=" + PEER);
    all.add("--initial-cluster=" + String.join(",", nodes));
    return all.toArray(String[]::new);
  }

  @Test
  void aClusterThatCouldNotAgreeIsRefused() {
    assertThat(parse(ofFive("--electing-quorum=4", "--deciding-quorum=2")).firstEra().options())
        .isEqualTo(new Era.Options(4, 2, 0, 0, false));
    refused(
        "of 5 voters, 3 can elect a leader that 2 others know nothing of: the two quorum sizes must"
            + " add up to more than the number of voters",
        ofFive("--deciding-quorum=2"));
    refused("quorums of 3 and 6 among 5 voters", ofFive("--deciding-quorum=6"));
    refused(
        "era 1 of Raft has reads without a leader: only Raft's leader knows what is decided, choose"
            + " Multi-Paxos for them",
        ofFive("--leaderless-reads=true"));
    refused(
        "era 1 of Multi-Paxos has leader leases of 1000 ms: Multi-Paxos answers reads by a ballot"
            + " check or a quorum read, choose an era without leases",
        ofFive("--protocol=paxos", "--leader-lease=1000"));
    refused(
        "leases of 1000 ms with clocks that drift by 500000 ppm: leases need a bound from 1 to"
            + " 499999, and only they do",
        ofFive("--leader-lease=1000", "--clock-drift=500000"));
  }
}
