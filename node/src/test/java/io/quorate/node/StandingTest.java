package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class StandingTest {
  private final Standing standing = new Standing();

  @Test
  void moreThanHalfOfTheOthersVouch() {
    var others = Set.of(2L, 3L, 4L);
    assertThat(standing.isVouchedForBy(others)).isFalse();
    standing.welcomed(2);
    standing.welcomed(2);
    standing.welcomed(9);
    assertThat(standing.isVouchedForBy(others)).isFalse();
    standing.welcomed(3);
    assertThat(standing.isVouchedForBy(others)).isTrue();
  }

  @Test
  void nobodyElseIsNeededWhereThereIsNobodyElse() {
    assertThat(standing.isVouchedForBy(Set.of())).isTrue();
  }

  @Test
  void aWelcomeCountsAlsoAfterARefusal() {
    standing.refused(2, "another cluster");
    assertThat(standing.refusedBy()).containsEntry(2L, "another cluster");
    assertThat(standing.welcomed(2)).isTrue();
    assertThat(standing.refusedBy()).isEmpty();
    assertThat(standing.isVouchedForBy(Set.of(2L))).isTrue();
  }

  @Test
  void onlyTheFirstOfSeveralWelcomesIsNews() {
    assertThat(standing.welcomed(2)).isTrue();
    assertThat(standing.welcomed(2)).isFalse();
  }

  @Test
  void aRefusalDoesNotTakeAWelcomeBack() {
    standing.welcomed(2);
    standing.refused(2, "another cluster");
    assertThat(standing.isVouchedForBy(Set.of(2L))).isTrue();
  }
}
