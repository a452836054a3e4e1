package io.quorate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "+0, 0",
    "1ns, 1",
    "1us, 1000",
    "1\u00b5s, 1000",
    "1\u03bcs, 1000",
    "300ms, 300000000",
    "1.5s, 1500000000",
    ".5s, 500000000",
    "5.s, 5000000000",
    "1h30m, 5400000000000",
    "1m1h, 3660000000000",
    "-2m, -120000000000",
    "0.9ns, 0",
    "9223372036854775807ns, 9223372036854775807",
  })
  void aSpanIsNumbersWithUnits(String text, long nanos) {
    assertThat(GoDuration.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | time: invalid duration \"\"",
        "x | time: invalid duration \"x\"",
        "- | time: invalid duration \"-\"",
        ".s | time: invalid duration \".s\"",
        "9223372036854775808ns | time: invalid duration \"9223372036854775808ns\"",
        "5 | time: missing unit in duration \"5\"",
        "1h5 | time: missing unit in duration \"1h5\"",
        "1d | time: unknown unit \"d\" in duration \"1d\"",
        "1h 5m | time: unknown unit \"h \" in duration \"1h 5m\"",
      })
  void whatGoWouldNotTakeIsRefusedAsGoDoes(String text, String sentence) {
    assertThatThrownBy(() -> GoDuration.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }
}
