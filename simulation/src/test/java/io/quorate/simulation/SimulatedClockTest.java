package io.quorate.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedClockTest {
  private static final long SECOND = 1_000_000_000;

  private long trueTime;
  private final SimulatedClock clock = new SimulatedClock(() -> trueTime);

  @ParameterizedTest
  @ValueSource(longs = {-500_000, -20_000, -1, 0, 7, 20_000, 500_000})
  void aClockThatDriftsGoesOnEvenlyAndNeverBack(long ppm) {
    trueTime = SECOND;
    clock.drift(ppm);
    long start = clock.getAsLong();
    long shown = start;
    for (int step = 0; step < 5_000; step++) {
      trueTime += 999;
      assertThat(clock.getAsLong()).isGreaterThanOrEqualTo(shown);
      shown = clock.getAsLong();
      long elapsed = trueTime - SECOND;
      assertThat(shown - start).isCloseTo(elapsed + elapsed * ppm / 1_000_000, within(1L));
    }
    assertThat(clock.trueTimeOf(shown + SECOND)).isGreaterThan(trueTime);
  }
}
