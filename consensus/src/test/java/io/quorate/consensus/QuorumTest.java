package io.quorate.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuorumTest {
  private static final int MOST = 7;

  private static Era era(int voters, int electing, int deciding) {
    var ids = LongStream.rangeClosed(1, voters).mapToObj(node -> new ReplicaId(node, 1)).toList();
    return new Era(
        1, "raft", 0, ids, List.of(), null, 0, 0, new Era.Options(electing, deciding, 0, 0, false));
  }

  private static Predicate<ReplicaId> set(int bits) {
    return id -> (bits & 1 << (int) (id.node() - 1)) != 0;
  }

  private static IntStream sets(int voters, IntPredicate property) {
    return IntStream.range(0, 1 << voters).filter(property);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void majoritiesAreMoreThanHalf(int voters) {
    var quorum = Quorum.of(era(voters, 0, 0));
    for (int set = 0; set < 1 << voters; set++) {
      boolean majority = 2 * Integer.bitCount(set) > voters;
      assertThat(quorum.elects(set(set))).isEqualTo(majority);
      assertThat(quorum.decides(set(set))).isEqualTo(majority);
      assertThat(quorum.confirmsRead(set(set)))
          .isEqualTo(Integer.bitCount(set) > voters - (voters / 2 + 1));
    }
  }

  @Test
  void whoeverDecidesMeetsWhoeverElects() {
    for (int voters = 1; voters <= MOST; voters++) {
      for (int electing = 1; electing <= voters; electing++) {
        for (int deciding = 1; deciding <= voters; deciding++) {
          var era = era(voters, electing, deciding);
          if (electing + deciding <= voters) {
            assertThatThrownBy(() -> Quorum.of(era))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must add up to more than the number of voters");
          } else {
            meet(Quorum.of(era), voters);
          }
        }
      }
    }
  }

  private static void meet(Quorum quorum, int voters) {
    int all = (1 << voters) - 1;
    assertThat(sets(voters, set -> quorum.decides(set(set))))
        .noneMatch(set -> quorum.elects(set(all & ~set)));
    // Who confirms a read leaves too few to have elected anybody else.
    assertThat(sets(voters, set -> quorum.confirmsRead(set(set))))
        .noneMatch(set -> quorum.elects(set(all & ~set)));
  }

  @Test
  void sizesThatCannotBeAreRefused() {
    for (var sizes : List.of(List.of(-1, 3), List.of(4, 3), List.of(3, 4), List.of(3, -2))) {
      assertThatThrownBy(() -> Quorum.of(era(3, sizes.get(0), sizes.get(1))))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void whatIsDecidedIsWhatADecidingQuorumReached() {
    var reached = List.of(5L, 9L, 2L, 7L, 7L);
    for (int deciding = 1; deciding <= 5; deciding++) {
      var quorum = Quorum.of(era(5, 6 - deciding, deciding));
      int needed = deciding;
      long expected =
          LongStream.rangeClosed(0, 10)
              .filter(value -> reached.stream().filter(each -> each >= value).count() >= needed)
              .max()
              .orElse(0);
      assertThat(quorum.decidedUpTo(id -> reached.get((int) id.node() - 1))).isEqualTo(expected);
    }
  }

  @Test
  void strangersAndLearnersNeverCount() {
    var quorum = Quorum.of(era(3, 0, 0));
    assertThat(quorum.elects(id -> id.node() > 3)).isFalse();
  }
}
