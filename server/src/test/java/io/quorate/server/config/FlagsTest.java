package io.quorate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.server.config.Flags.Flag;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlagsTest {
  private static final List<Flag> KNOWN =
      List.of(
          new Flag("name", "NAME", "default", "who it is"),
          new Flag("heartbeat-interval", "MS", "100", "how often"),
          new Flag("data-dir", "DIR", "", "where"));

  private static Flags read(Map<String, String> environment, String... arguments) {
    var flags = new Flags(KNOWN);
    flags.read(List.of(arguments), environment);
    return flags;
  }

  private static Flags read(String... arguments) {
    return read(Map.of(), arguments);
  }

  private static void refused(String sentence, String... arguments) {
    assertThatThrownBy(() -> read(arguments))
        .isInstanceOf(UsageException.class)
        .hasMessage(sentence);
  }

  // Command line

  @Test
  void aFlagIsWrittenInFourWays() {
    for (var written :
        List.of(
            List.of("--name", "n1"),
            List.of("--name=n1"),
            List.of("-name", "n1"),
            List.of("-name=n1"))) {
      var flags = read(written.toArray(String[]::new));
      assertThat(flags.text("name")).isEqualTo("n1");
      assertThat(flags.isGiven("name")).isTrue();
    }
  }

  @Test
  void whatIsNotGivenHasItsDefault() {
    var flags = read();
    assertThat(flags.text("name")).isEqualTo("default");
    assertThat(flags.isGiven("name")).isFalse();
    assertThat(flags.warnings()).isEmpty();
  }

  @Test
  void whatIsGivenTwiceHasItsLastValue() {
    assertThat(read("--name=a", "--name=b").text("name")).isEqualTo("b");
  }

  @Test
  void aValueMayHoldAnything() {
    assertThat(read("--name=a=b").text("name")).isEqualTo("a=b");
    assertThat(read("--name=a\nb").text("name")).isEqualTo("a\nb");
    assertThat(read("--name", "--data-dir").text("name")).isEqualTo("--data-dir");
    assertThat(read("--data-dir=").text("data-dir")).isEmpty();
  }

  @Test
  void aFlagThatNobodyKnowsIsRefused() {
    refused(
        "flag provided but not defined: -frobnicate; see ./quorate server --help",
        "--frobnicate=1");
    refused(
        "flag provided but not defined: -Name (did you mean \"name\"?); see ./quorate server"
            + " --help",
        "--Name",
        "n1");
  }

  @Test
  void aMissingValueIsNamedWithWhatItIs() {
    refused("flag needs an argument: --heartbeat-interval MS", "--name=a", "--heartbeat-interval");
    refused("flag needs an argument: --cert-file VALUE", "--cert-file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"n1", "", "-", "--", "---name", "--=n1", "-=n1"})
  void whatIsNoFlagIsRefused(String argument) {
    refused(
        "\"%s\" is not a valid flag: flags are written --name value or --name=value"
            .formatted(argument),
        argument);
  }

  // etcd's other flags

  @ParameterizedTest
  @ValueSource(
      strings = {
        "backend-batch-interval",
        "experimental-enable-v2v3",
        "experimental-warning-unary-request-duration",
        "proxy-dial-timeout",
        "wal-dir",
      })
  void aFlagOfEtcdsTakesItsValueAndHasNoEffect(String flag) {
    for (var written : List.of(List.of("--" + flag, "8h"), List.of("--" + flag + "=8h"))) {
      var flags = new Flags(KNOWN);
      flags.read(Stream.concat(written.stream(), Stream.of("--name", "n1")).toList(), Map.of());
      assertThat(flags.text("name")).isEqualTo("n1");
      assertThat(flags.warnings())
          .containsExactly("--%s is a flag of etcd's that has no effect here".formatted(flag));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "experimental-compact-hash-check-enabled",
        "experimental-enable-lease-checkpoint",
        "experimental-initial-corrupt-check",
        "experimental-peer-skip-client-san-verification",
        "pre-vote",
        "strict-reconfig-check",
      })
  void aSwitchOfEtcdsTakesNoFurtherArgument(String flag) {
    for (var written : List.of("--" + flag, "-" + flag, "--" + flag + "=false")) {
      var flags = read(written, "--name", "n1");
      assertThat(flags.text("name")).isEqualTo("n1");
      assertThat(flags.warnings()).hasSize(1);
    }
    refused(
        "\"true\" is not a valid flag: flags are written --name value or --name=value",
        "--" + flag,
        "true");
  }

  @Test
  void whatThereIsInsteadIsNamed() {
    assertThat(read("--snapshot-count=10000").warnings())
        .containsExactly(
            "--snapshot-count is a flag of etcd's that has no effect here: --snapshot-bytes says"
                + " when the store is made durable");
  }

  @Test
  void aFlagThatEtcdHadOnTrialIsTheSameNow() {
    var flags = read("--experimental-heartbeat-interval", "7");
    assertThat(flags.number("heartbeat-interval", 1, 10)).isEqualTo(7);
    assertThat(flags.warnings()).isEmpty();
    assertThat(read(Map.of("ETCD_EXPERIMENTAL_NAME", "n1")).text("name")).isEqualTo("n1");
  }

  @ParameterizedTest
  @CsvSource({
    "cert-file, /tls/crt, TLS",
    "peer-trusted-ca-file, /tls/ca, TLS",
    "client-cert-auth, true, TLS",
    "peer-cert-allowed-hostname, n1, TLS",
    "discovery-srv, example.org, discovery; name the nodes by --initial-cluster",
    "host-whitelist, example.org, a choice of host names",
    "force-new-cluster, true, a new cluster out of what one node has",
  })
  void whatWouldBeMissedIsRefusedUntilItIsThere(String flag, String value, String what) {
    refused(
        "--%s asks for what is not offered yet: %s".formatted(flag, what),
        "--" + flag + "=" + value);
    var variable = "ETCD_" + flag.toUpperCase(Locale.ROOT).replace('-', '_');
    assertThatThrownBy(() -> read(Map.of(variable, value)))
        .isInstanceOf(UsageException.class)
        .hasMessage("--%s (set by %s) asks for what is not offered yet: %s", flag, variable, what);
    assertThat(read("--" + flag + "=").warnings()).hasSize(1);
  }

  @Test
  void askingForNothingIsNothing() {
    assertThat(
            read("--client-cert-auth=false", "--auth-token=simple", "--host-whitelist=*")
                .warnings())
        .hasSize(3);
  }

  // Environment

  @Test
  void aVariableStandsForAFlag() {
    assertThat(read(Map.of("ETCD_NAME", "e", "NAME", "x")).text("name")).isEqualTo("e");
    var flags = read(Map.of("QUORATE_HEARTBEAT_INTERVAL", "7"));
    assertThat(flags.number("heartbeat-interval", 1, 10)).isEqualTo(7);
    assertThat(flags.isGiven("heartbeat-interval")).isTrue();
  }

  @Test
  void ourVariableWinsOverEtcds() {
    assertThat(read(Map.of("ETCD_NAME", "e", "QUORATE_NAME", "q")).text("name")).isEqualTo("q");
    assertThat(read(Map.of("ETCD_NAME", "e", "QUORATE_NAME", "")).text("name")).isEqualTo("e");
  }

  @Test
  void anEmptyVariableIsNone() {
    assertThat(read(Map.of("ETCD_NAME", "")).isGiven("name")).isFalse();
    assertThat(read(Map.of("ETCD_NAME", ""), "--name=n1").text("name")).isEqualTo("n1");
  }

  @Test
  void aFlagAndItsVariableContradictEachOther() {
    for (var variable : List.of("QUORATE_DATA_DIR", "ETCD_DATA_DIR")) {
      assertThatThrownBy(() -> read(Map.of(variable, "/a"), "--data-dir=/a"))
          .isInstanceOf(UsageException.class)
          .hasMessage("--data-dir is given and %s is set too: remove one of them", variable);
    }
  }

  @Test
  void aVariableOfEtcdsThatHasNoEffectIsNamed() {
    var environment =
        Map.of(
            "ETCD_WAL_DIR", "/wal",
            "ETCD_PRE_VOTE", "true",
            "ETCD_QUOTA_BACKEND_BYTES", "",
            "ETCD_NAME", "n1",
            "ETCD_VERSION", "v3.6.0",
            "CERT_FILE", "/tls/crt");
    assertThat(read(environment).warnings())
        .containsExactly(
            "ETCD_PRE_VOTE is a variable of etcd's that has no effect here",
            "ETCD_WAL_DIR is a variable of etcd's that has no effect here");
  }

  @Test
  void aVariableThatStandsForNoFlagIsNamed() {
    var environment =
        Map.of(
            "QUORATE_HEARTBEAT_INTERVALL", "7",
            "QUORATE_WAL_DIR", "/wal",
            "ETCD_DATA_DIRR", "/d",
            "QUORATE_JAVA_OPTS", "-Xmx1g",
            "QUORATE_NOTHING", "");
    assertThat(read(environment).warnings())
        .containsExactly(
            "ETCD_DATA_DIRR has no effect: no flag is called --data-dirr (did you mean"
                + " \"data-dir\"?)",
            "QUORATE_HEARTBEAT_INTERVALL has no effect: no flag is called --heartbeat-intervall"
                + " (did you mean \"heartbeat-interval\"?)",
            "QUORATE_WAL_DIR has no effect: no flag is called --wal-dir");
  }

  @Test
  void aWrongValueIsSaidToBeOfItsVariable() {
    assertThatThrownBy(
            () -> read(Map.of("ETCD_HEARTBEAT_INTERVAL", "x")).number("heartbeat-interval", 5, 10))
        .hasMessage(
            "--heartbeat-interval needs a whole number from 5 to 10, not \"x\" (set by"
                + " ETCD_HEARTBEAT_INTERVAL)");
  }

  // Values

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "4", "11", "-5", "5.5", "5s", "1e1", "0x7", "99999999999999999999"})
  void aNumberOutOfBoundsIsRefused(String value) {
    assertThatThrownBy(
            () -> read("--heartbeat-interval=" + value).number("heartbeat-interval", 5, 10))
        .isInstanceOf(UsageException.class)
        .hasMessage("--heartbeat-interval needs a whole number from 5 to 10, not \"%s\"", value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "10", " 7 ", "+8", "007"})
  void aNumberWithinBoundsIsTaken(String value) {
    assertThat(read("--heartbeat-interval=" + value).number("heartbeat-interval", 5, 10))
        .isBetween(5L, 10L);
  }

  @Test
  void aChoiceIsOneOfThoseNamed() {
    assertThat(read("--name=a").oneOf("name", List.of("a", "b"))).isEqualTo("a");
    assertThatThrownBy(() -> read("--name=A").oneOf("name", List.of("a", "b")))
        .isInstanceOf(UsageException.class)
        .hasMessage("--name is one of a, b, not \"A\"");
  }

  @Test
  void theHelpHasTwoLinesForEachFlag() {
    assertThat(Flags.help(KNOWN))
        .isEqualTo(
            """
              --name NAME
                    who it is (default default)
              --heartbeat-interval MS
                    how often (default 100)
              --data-dir DIR
                    where
            """);
  }
}
