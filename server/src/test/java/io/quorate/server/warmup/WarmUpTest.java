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

  @Test
  void whereItIsNotPossibleItSaysWhy() throws Exception {
    Files.writeString(directory.resolve("data"), "no directory");
    assertThatThrownBy(() -> WarmUp.run(config("--warm-up=1s")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("data");
  }
}
