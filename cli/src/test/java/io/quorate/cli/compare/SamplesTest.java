package io.quorate.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SamplesTest {
  private static Samples of(double... figures) {
    return Samples.of(DoubleStream.of(figures).boxed().toList());
  }

  @Test
  void theMedianIsInTheMiddleWhateverTheOrder() {
    assertThat(of(3, 1, 2).median()).isEqualTo(2);
    assertThat(of(4, 1, 3, 2).median()).isEqualTo(2.5);
    assertThat(of(7).median()).isEqualTo(7);
  }

  @Test
  void ofFewTheSpreadIsAllOfThem() {
    assertThat(of(5, 1, 3).low()).isEqualTo(1);
    assertThat(of(5, 1, 3).high()).isEqualTo(5);
  }

  /// Of 100 in order, the 40th and the 61st hold the median with 95 %.
  @Test
  void ofManyTheSpreadIsWhatHoldsTheMedian() {
    var hundred = Samples.of(DoubleStream.iterate(1, n -> n + 1).limit(100).boxed().toList());
    assertThat(hundred.low()).isEqualTo(40);
    assertThat(hundred.high()).isEqualTo(61);
  }

  /// 0.95 by theory, a little more for whole ranks.
  @Test
  void theSpreadHoldsTheTrueMedianAsOftenAsItSays() {
    var random = new Random(1);
    int held = 0;
    for (int i = 0; i < 2_000; i++) {
      var figures = new ArrayList<Double>();
      for (int j = 0; j < 24; j++) {
        figures.add(-Math.log(random.nextDouble()));
      }
      var samples = Samples.of(figures);
      held += samples.low() <= Math.log(2) && Math.log(2) <= samples.high() ? 1 : 0;
    }
    assertThat(held / 2_000.0).isBetween(0.94, 0.99);
  }

  @Test
  void whatOverlapsOrHardlyDiffersCannotBeToldApart() {
    assertThat(of(1, 2, 3, 4).isLike(of(4, 5, 6, 7))).isTrue();
    assertThat(of(1, 2, 3, 4).isLike(of(5, 6, 7, 8))).isFalse();
    assertThat(of(100, 100, 100, 100).isLike(of(104, 104, 104, 104))).isTrue();
    assertThat(of(100, 100, 100, 100).isLike(of(106, 106, 106, 106))).isFalse();
  }

  @Test
  void tooFewCannotBeToldApartUnlessTheyWereCounted() {
    assertThat(of(1, 2, 3).isLike(of(10, 11, 12))).isTrue();
    assertThat(Samples.exactly(1).isLike(Samples.exactly(2))).isFalse();
  }

  @Test
  void nothingHasNoMedian() {
    assertThatThrownBy(() -> Samples.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
