package io.quorate.cli.compare;

import static io.quorate.cli.compare.MadeUp.ONE;
import static io.quorate.cli.compare.MadeUp.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.compare.Advice.Sentence;
import io.quorate.simulation.experiment.Partition;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Advice says what the figures say: other figures, other advice.
class AdviceTest {
  private static final List<Double> LOW = List.of(10.0, 11.0, 12.0, 13.0);
  private static final List<Double> HIGH = List.of(20.0, 21.0, 22.0, 23.0);
  private static final List<Double> WIDE = List.of(9.0, 14.0, 18.0, 30.0);

  private static Sentence only(MadeUp figures) {
    var sentences = Advice.of(figures.figures());
    assertThat(sentences).hasSize(1);
    return sentences.getFirst();
  }

  @Test
  void ofTimesTheLesserIsChosen() {
    var sentence = only(new MadeUp().metric(Measure.TAKEOVER_HOST, 3, LOW, HIGH));
    assertThat(sentence.chosen()).containsExactly(ONE);
    assertThat(sentence.because())
        .startsWith("choose one, 87 % ahead")
        .contains("one 11.5 (10–13), an<other> 21.5 (20–23)");
    assertThat(only(new MadeUp().metric(Measure.TAKEOVER_HOST, 3, HIGH, LOW)).chosen())
        .containsExactly(OTHER);
  }

  @Test
  void ofRatesTheGreaterIsChosen() {
    assertThat(only(new MadeUp().metric(Measure.PUTS_BUSY, 3, LOW, HIGH)).chosen())
        .containsExactly(OTHER);
    assertThat(only(new MadeUp().metric(Measure.PUTS_BUSY, 3, HIGH, LOW)).chosen())
        .containsExactly(ONE);
  }

  @Test
  void spreadsThatOverlapTellNothing() {
    var sentence = only(new MadeUp().metric(Measure.PUTS_BUSY, 3, LOW, WIDE));
    assertThat(sentence.chosen()).containsExactly(ONE, OTHER);
    assertThat(sentence.because()).startsWith("not told apart, the spreads overlap");
  }

  @Test
  void lessThanATwentiethIsNoReasonToChoose() {
    var sentence =
        only(
            new MadeUp()
                .metric(
                    Measure.BYTES_BUSY,
                    3,
                    Collections.nCopies(4, 100.0),
                    Collections.nCopies(4, 104.0)));
    assertThat(sentence.chosen()).containsExactly(ONE, OTHER);
    assertThat(sentence.because()).startsWith("alike, within a twentieth");
  }

  @Test
  void fewSamplesTellNothing() {
    var sentence = only(new MadeUp().metric(Measure.PUTS_BUSY, 3, List.of(1.0), List.of(9.0)));
    assertThat(sentence.chosen()).containsExactly(ONE, OTHER);
    assertThat(sentence.because()).startsWith("too few samples to tell").contains("one 1");
  }

  /// The first is told apart from the last, and neither from the one between.
  @Test
  void noneIsChosenBesideOneThatIsLikeOneOfTheChosen() {
    var of = new LinkedHashMap<String, Samples>();
    of.put("first", Samples.of(LOW));
    of.put("between", Samples.of(List.of(12.0, 15.0, 18.0, 21.0)));
    of.put("last", Samples.of(HIGH));
    assertThat(new Metric(Measure.TAKEOVER_HOST, 3, of).best())
        .containsExactly("first", "between", "last");
    of.remove("between");
    assertThat(new Metric(Measure.TAKEOVER_HOST, 3, of).best()).containsExactly("first");
  }

  @Test
  void sizesThatAgreeShareASentenceAndOthersHaveTheirOwn() {
    var sentences =
        Advice.of(
            new MadeUp()
                .metric(Measure.TAKEOVER_HOST, 3, LOW, HIGH)
                .metric(Measure.TAKEOVER_HOST, 5, LOW, HIGH)
                .metric(Measure.TAKEOVER_HOST, 7, HIGH, LOW)
                .figures());
    assertThat(sentences)
        .extracting(Sentence::chosen)
        .containsExactly(List.of(ONE), List.of(OTHER));
    assertThat(sentences.get(0).because())
        .contains(", 3 nodes:")
        .endsWith("likewise with 5 nodes.");
    assertThat(sentences.get(1).because()).contains(", 7 nodes:");
  }

  @Test
  void sentencesThatTellProtocolsApartComeFirst() {
    var sentences =
        Advice.of(
            new MadeUp()
                .metric(Measure.DELAYS_AT_LEADER, 3, LOW, LOW)
                .metric(Measure.TAKEOVER_HOST, 3, LOW, HIGH)
                .figures());
    assertThat(sentences)
        .extracting(Sentence::concern)
        .containsExactly(Measure.TAKEOVER_HOST.concern(), Measure.DELAYS_AT_LEADER.concern());
  }

  @Test
  void whoWritesAgainInMoreKindsOfPartitionIsChosen() {
    var sentence =
        only(
            new MadeUp()
                .partition(Partition.LEADER_ISOLATED, 5, 10, 10)
                .partition(Partition.STALE_STAR, 5, 10, 3));
    assertThat(sentence.chosen()).containsExactly(ONE);
    assertThat(sentence.because())
        .contains("of 2 kinds", "one in all", "an<other> in 1, not always in", "(3 of 10 runs)");
    assertThat(only(new MadeUp().partition(Partition.STALE_STAR, 5, 0, 10)).chosen())
        .containsExactly(OTHER);
  }

  /// Of seven in a row, nobody reaches a majority.
  @Test
  void whereNobodyCanLeadNobodyIsBlamed() {
    var sentence =
        only(
            new MadeUp()
                .partition(Partition.CHAIN, 7, 0, 0)
                .partition(Partition.LEADER_ISOLATED, 7, 10, 10));
    assertThat(sentence.chosen()).containsExactly(ONE, OTHER);
    assertThat(sentence.because()).startsWith("no difference").contains("of 1 kinds");
  }
}
