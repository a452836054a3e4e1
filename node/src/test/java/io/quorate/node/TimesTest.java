package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimesTest {
  /// Bounds of 100, 200, 400 and 800.
  @ParameterizedTest
  @CsvSource({
    "-5, 0",
    "0, 0",
    "1, 0",
    "100, 0",
    "101, 1",
    "200, 1",
    "201, 2",
    "400, 2",
    "401, 3",
    "800, 3",
    "801, 4",
    "9223372036854775807, 4",
  })
  void aBucketHoldsWhatTookNoLongerThanItsBound(long nanos, int bucket) {
    var times = new Times(100, 4);
    times.took(nanos);
    for (int i = 0; i <= times.bounds(); i++) {
      assertThat(times.count(i)).as("bucket " + i).isEqualTo(i == bucket ? 1 : 0);
    }
    if (bucket < times.bounds()) {
      assertThat(nanos).isLessThanOrEqualTo(times.bound(bucket));
    }
  }

  @Test
  void aCopyStaysAsItIs() {
    var times = new Times(1_000_000, 14);
    times.took(3_000_000);
    times.took(4_000_000);
    var copy = times.copy();
    times.took(5_000_000);
    assertThat(copy.count()).isEqualTo(2);
    assertThat(copy.count(2)).isEqualTo(2);
    assertThat(copy.sum()).isEqualTo(7_000_000);
    assertThat(copy.bound(13)).isEqualTo(8_192_000_000L);
  }
}
