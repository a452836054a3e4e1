package io.quorate.server.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.server.config.ServerConfig;
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
import org.junit.jupiter.params.provider.MethodSource;

class WarmUpTest {
  /// A machine that is busy needs more than one.
  private static final int ATTEMPTS = 5;

  @TempDir Path directory = Path.of("");

  private ServerConfig config(String... more) {
    var flags = new ArrayList<>(List.of("--data-dir=" + directory.resolve("data")));
    flags.addAll(List.of(more));
    return ServerConfig.parse(flags, Map.of());
  }

  @ParameterizedTest
  @MethodSource("io.quorate.node.Protocols#names")
  void itServesAndLeavesNothing(String protocol) throws Exception {
    var config = config("--warm-up=2s", "--protocol=" + protocol);
    long calls = 0;
    for (int attempt = 0; attempt < ATTEMPTS && calls == 0; attempt++) {
      var result = WarmUp.run(config);
      assertThat(result.took()).isGreaterThan(Duration.ofSeconds(2));
      calls = result.calls();
      assertThat(config.dataDir()).isEmptyDirectory();
    }
    assertThat(calls).isPositive();
  }

  @Test
  void whatAProcessLeftThatWasKilledGoes() throws Exception {
    var left = directory.resolve("data/warm-up/warm0/journal");
    Files.createDirectories(left);
    Files.writeString(left.resolve("1.log"), "torn");
    var config = config("--warm-up=1ms");
    assertThat(WarmUp.run(config).calls()).isZero();
    assertThat(config.dataDir()).isEmptyDirectory();
  }

  /// Another node of the cluster may be about to start on this machine.
  @Test
  void itKnowsThePortsThatAreSpokenFor() {
    var config =
        config(
            "--listen-client-urls=http://127.0.0.1:1001",
            "--advertise-client-urls=http://127.0.0.1:1002",
            "--listen-peer-urls=http://127.0.0.1:1003",
            "--initial-advertise-peer-urls=http://127.0.0.1:1004",
            "--initial-cluster=default=http://127.0.0.1:1004,n2=http://127.0.0.1:1005",
            "--listen-client-http-urls=http://127.0.0.1:1006",
            "--listen-metrics-urls=http://127.0.0.1:1007");
    assertThat(WarmUp.portsOf(config))
        .containsExactlyInAnyOrder(1001, 1002, 1003, 1004, 1005, 1006, 1007);
  }

  @Test
  void whereItIsNotPossibleItSaysWhy() throws Exception {
    Files.writeString(directory.resolve("data"), "no directory");
    assertThatThrownBy(() -> WarmUp.run(config("--warm-up=1s")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("data");
  }
}
