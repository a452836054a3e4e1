package io.quorate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
  @TempDir Path directory;

  private Path file(String content) {
    try {
      return Files.writeString(directory.resolve("c.yml"), content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private ServerConfig parse(Map<String, String> environment, String content, String... arguments) {
    var all = new ArrayList<>(List.of("--config-file=" + file(content)));
    all.addAll(List.of(arguments));
    return ServerConfig.parse(all, environment);
  }

  private ServerConfig parse(String content) {
    return parse(Map.of(), content);
  }

  private void refused(String content, String sentence) {
    assertThatThrownBy(() -> parse(content))
        .isInstanceOf(UsageException.class)
        .hasMessage(sentence.replace("FILE", directory.resolve("c.yml").toString()));
  }

  @Test
  void keysAreFlags() {
    var config =
        parse(
            """
            # a comment
            name: n1
            heartbeat-interval: 200
            'listen-client-urls': "http://127.0.0.1:1,http://127.0.0.1:2"
            advertise-client-urls:
              - http://127.0.0.1:1
              - http://127.0.0.1:2
            leaderless-reads: true
            protocol: paxos
            data-dir:
            """);
    assertThat(config.name()).isEqualTo("n1");
    assertThat(config.heartbeatMillis()).isEqualTo(200);
    assertThat(config.listenClient()).isEqualTo(config.advertiseClient());
    assertThat(config.firstEra().options().leaderlessReads()).isTrue();
    assertThat(config.dataDir()).isEqualTo(Path.of("n1.quorate"));
    assertThat(config.warnings()).isEmpty();
  }

  @Test
  void jsonIsYaml() {
    var config = parse("{\"name\": \"n1\", \"quota-backend-bytes\": 8589934592}");
    assertThat(config.name()).isEqualTo("n1");
    assertThat(config.quotaBackendBytes()).isEqualTo(8L << 30);
  }

  @ParameterizedTest
  @CsvSource({"''", "'# nothing'", "---", "~"})
  void aFileMaySayNothing(String content) {
    assertThat(parse(content)).isEqualTo(ServerConfig.parse(List.of(), Map.of()));
  }

  /// etcd would take nothing but the file then.
  @Test
  void theFileIsTheBase() {
    var content =
        """
        name: file
        initial-cluster-token: file
        max-txn-ops: 1
        max-learners: 7
        """;
    var config =
        parse(
            Map.of(
                "ETCD_INITIAL_CLUSTER_TOKEN", "etcds",
                "QUORATE_INITIAL_CLUSTER_TOKEN", "ours",
                "ETCD_MAX_TXN_OPS", "2"),
            content,
            "--name=flag");
    assertThat(config.name()).isEqualTo("flag");
    assertThat(config.token()).isEqualTo("ours");
    assertThat(config.maxTxnOps()).isEqualTo(2);
    assertThat(config.maxLearners()).isEqualTo(7);
  }

  @Test
  void aVariableMayNameTheFile() {
    var environment = Map.of("ETCD_CONFIG_FILE", file("name: n1").toString());
    assertThat(ServerConfig.parse(List.of(), environment).name()).isEqualTo("n1");
  }

  @Test
  void aNumberOfTimeIsNanoseconds() {
    var config =
        parse(
            """
            grpc-keepalive-timeout: 3000000000
            watch-progress-notify-interval: 5s
            auto-compaction-retention: 1
            """);
    assertThat(config.keepalive().timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.watchProgressNotifyInterval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.autoCompaction()).isEqualTo(new AutoCompaction.Periodic(Duration.ofHours(1)));
    refused(
        "watch-progress-notify-interval: '5000000000'",
        "--watch-progress-notify-interval needs a span of time from 100ms up, such as 90s or 1h30m,"
            + " not \"5000000000\" (FILE, line 1)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "quota-backend-byts: 1 | FILE, line 2: there is no key \"quota-backend-byts\" (did you mean"
            + " \"quota-backend-bytes\"?)",
        "nonsense: | FILE, line 2: there is no key \"nonsense\"",
        "client-transport-security: {cert-fil: a} | FILE, line 2: there is no key"
            + " \"client-transport-security.cert-fil\" (did you mean \"cert-file\"?)",
        "client-transport: {cert-file: a} | FILE, line 2: there is no key"
            + " \"client-transport.cert-file\"",
        "name: n2 | FILE, line 2: \"name\" is set in line 1 already",
        "heartbeat-interval: often | --heartbeat-interval needs a whole number from 1 to 50000, not"
            + " \"often\" (FILE, line 2)",
        "heartbeat-interval: [1] | FILE, line 2: \"heartbeat-interval\" has one value, not a list",
        "listen-peer-urls: [[1]] | FILE, line 2: a list holds plain values",
        "heartbeat-interval: {a: b} | FILE, line 2: there is no key \"heartbeat-interval.a\"",
        "config-file: a | FILE, line 2: a file cannot name another one to read",
        "? [a] : b | FILE, line 2: a key must be the name of a flag",
        "listen-peer-urls: https://127.0.0.1:1 | --listen-peer-urls: \"https://127.0.0.1:1\" cannot"
            + " be served yet, this version speaks plain http only (FILE, line 2)",
        "cert-file: a | --cert-file (FILE, line 2) asks for what is not offered yet: TLS",
        "peer-transport-security: {auto-tls: true} | FILE, line 2:"
            + " \"peer-transport-security.auto-tls\" asks for what is not offered yet: TLS",
        "discovery-config: {token: a} | FILE, line 2: \"discovery-config.token\" asks for what is"
            + " not offered yet: discovery; name the nodes by --initial-cluster",
      })
  void aWrongLineIsNamed(String line, String sentence) {
    refused("name: n1\n" + line, sentence);
  }

  @Test
  void whatIsNoYamlIsRefused() {
    refused("just words", "FILE, line 1: must begin with a key, as in \"name: n1\"");
    assertThatThrownBy(() -> parse("name: n1\ndata-dir: [a"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(directory.resolve("c.yml") + ", line 2: ");
    assertThatThrownBy(() -> parse("name: *nothing"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(directory.resolve("c.yml") + ", line 1: ");
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    assertThatThrownBy(() -> ConfigFile.read("/no/such/file"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--config-file: cannot read /no/such/file: there is no such file");
    assertThatThrownBy(() -> ConfigFile.read(directory.toString()))
        .hasMessage("--config-file: cannot read %s: it is a directory", directory);
    var latin = Files.write(directory.resolve("l.yml"), new byte[] {'n', (byte) 0xe4});
    assertThatThrownBy(() -> ConfigFile.read(latin.toString()))
        .hasMessage("--config-file: cannot read %s: it is not written in UTF-8", latin);
    var large = Files.write(directory.resolve("g.yml"), new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> ConfigFile.read(large.toString()))
        .hasMessage("--config-file: cannot read %s: it has more than 1048576 bytes", large);
  }

  /// The shape of a file that etcd comes with: many keys, most of them as they are anyway.
  @Test
  void aFileWrittenForEtcdIsTaken() {
    var config =
        parse(
            """
            name: 'n1'
            data-dir: /var/lib/n1
            wal-dir:
            snapshot-count: 10000
            heartbeat-interval: 100
            election-timeout: 1000
            quota-backend-bytes: 0
            listen-peer-urls: http://localhost:2380
            listen-client-urls: http://localhost:2379
            max-wals: 5
            cors:
            advertise-client-urls: http://localhost:2379
            discovery-fallback: 'proxy'
            discovery-srv:
            initial-cluster: n1=http://localhost:2380
            strict-reconfig-check: false
            enable-pprof: true
            proxy: 'off'
            client-transport-security:
              cert-file:
              key-file:
              client-cert-auth: false
              trusted-ca-file:
              auto-tls: false
            peer-transport-security:
            self-signed-cert-validity: 1
            log-level: debug
            logger: zap
            log-outputs: [stderr]
            force-new-cluster: false
            auto-compaction-mode: periodic
            auto-compaction-retention: "1"
            cipher-suites: [
              TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
              TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
            ]
            """);
    assertThat(config.autoCompaction()).isEqualTo(new AutoCompaction.Periodic(Duration.ofHours(1)));
    assertThat(config.logLevel()).isEqualTo("debug");
    assertThat(config.warnings())
        .contains(
            "%s, line 4: \"snapshot-count\" is a key of etcd's that has no effect here: --snapshot-bytes says when the store is made durable"
                .formatted(directory.resolve("c.yml")))
        .noneMatch(warning -> warning.contains("wal-dir") || warning.contains("security"));
  }
}
