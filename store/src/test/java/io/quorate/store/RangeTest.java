package io.quorate.store;

import static io.quorate.store.StoreHarness.bytes;
import static io.quorate.store.StoreHarness.rangeOf;
import static io.quorate.store.StoreHarness.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.api.RangeRequest;
import io.quorate.api.RangeRequest.SortOrder;
import io.quorate.api.RangeRequest.SortTarget;
import io.quorate.api.mvcc.KeyValue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeTest {
  private final StoreHarness store = new StoreHarness();

  private void put(String... keys) {
    for (var key : keys) {
      store.put(key, "of " + key);
    }
  }

  private List<String> keys(RangeRequest.Builder request) throws Exception {
    return store.range(request).range().getKvsList().stream().map(kv -> text(kv.getKey())).toList();
  }

  private static RangeRequest.Builder everything() {
    return rangeOf("\0", "\0");
  }

  @Test
  void keysCompareAsUnsignedBytesAShorterPrefixFirst_etcd26() throws Exception {
    put("\u00ff", "\u0080", "a\u0000", "a", "b", "a\u0000\u0000", "a\u0001", "a\u00ff", "\u007f");

    assertThat(keys(everything()))
        .containsExactly("a", "a\0", "a\0\0", "a\1", "a\u00ff", "b", "\u007f", "\u0080", "\u00ff");
  }

  @Test
  void theEndOfARangeSaysWhichKeysAreMeant_etcd27() throws Exception {
    put("a", "b", "c");

    assertThat(keys(rangeOf("b", ""))).containsExactly("b");
    assertThat(keys(rangeOf("b", "\0"))).containsExactly("b", "c");
    assertThat(keys(rangeOf("\0", "\0"))).containsExactly("a", "b", "c");
    assertThat(keys(rangeOf("a", "c"))).containsExactly("a", "b");
    assertThat(keys(rangeOf("aa", "c"))).containsExactly("b");
  }

  @Test
  void aRangeThatEndsBeforeItBeginsIsEmptyAndNoError_etcd29() throws Exception {
    put("a", "b");

    for (var end : new String[] {"a", "b"}) {
      var answer = store.range("b", end).range();
      assertThat(answer.getKvsList()).isEmpty();
      assertThat(answer.getCount()).isZero();
    }
  }

  @Test
  void aRevisionIsReadAsItWasWithValuesOfThen_etcd32_33() throws Exception {
    store.put("a", "1");
    store.put("a", "2");
    store.delete("a");
    store.put("a", "3");

    assertThat(store.all(1)).isEmpty();
    assertThat(store.all(2)).containsExactly("a=1");
    assertThat(store.all(3)).containsExactly("a=2");
    assertThat(store.all(4)).isEmpty();
    assertThat(store.all(5)).containsExactly("a=3");
    assertThat(store.all(0)).containsExactly("a=3");
    assertThat(store.all(-7)).containsExactly("a=3");
    var kv = store.range(rangeOf("a", "").setRevision(3)).range().getKvs(0);
    assertThat(kv.getVersion()).isEqualTo(2);
    assertThat(kv.getCreateRevision()).isEqualTo(2);
    assertThat(store.range(everything().setRevision(6)).failure())
        .isEqualTo(Failure.FUTURE_REVISION);
  }

  @Test
  void theHeadersRevisionIsTheStoresNeverTheOneAskedFor_etcd4() {
    put("a", "b", "c");

    assertThat(store.range(rangeOf("a", "").setRevision(2)).revision()).isEqualTo(4);
    assertThat(store.range(rangeOf("a", "z").setRevision(2)).revision()).isEqualTo(4);
    assertThat(store.range(rangeOf("a", "")).revision()).isEqualTo(4);
  }

  @Test
  void countIsBeforeLimitAndFilters_etcd34() throws Exception {
    put("a", "b", "c", "d", "e");

    assertThat(store.range(everything().setLimit(2)).range().getCount()).isEqualTo(5);
    var filtered = store.range(everything().setMinModRevision(6)).range();
    assertThat(filtered.getCount()).isEqualTo(5);
    assertThat(filtered.getKvsCount()).isEqualTo(1);
    assertThat(store.range(rangeOf("c", "\0").setLimit(1)).range().getCount()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"0,5,false", "-1,5,false", "1,1,true", "4,4,true", "5,5,false", "9,5,false"})
  void moreIsSaidOnlyIfTheLimitCutsSomethingOff_etcd35(long limit, int kvs, boolean more)
      throws Exception {
    put("a", "b", "c", "d", "e");

    for (var order : List.of(SortOrder.NONE, SortOrder.ASCEND, SortOrder.DESCEND)) {
      var answer = store.range(everything().setLimit(limit).setSortOrder(order)).range();
      assertThat(answer.getKvsCount()).isEqualTo(kvs);
      assertThat(answer.getMore()).isEqualTo(more);
    }
  }

  @Test
  void moreIsAboutWhatPassesTheFilters_etcd35() throws Exception {
    put("a", "b", "c", "d", "e");

    assertThat(store.range(everything().setLimit(2).setMinModRevision(5)).range().getMore())
        .isFalse();
    assertThat(store.range(everything().setLimit(1).setMinModRevision(5)).range().getMore())
        .isTrue();
  }

  @Test
  void theLargestLimitIsNoTrap() throws Exception {
    put("a", "b");

    assertThat(keys(everything().setLimit(Long.MAX_VALUE))).containsExactly("a", "b");
  }

  @Test
  void onlyToCountLeavesAllElseOut_etcd36() throws Exception {
    put("a", "b", "c");

    var answer =
        store
            .range(
                everything()
                    .setCountOnly(true)
                    .setLimit(1)
                    .setMinModRevision(9)
                    .setSortOrder(SortOrder.DESCEND)
                    .setSortTarget(SortTarget.VALUE))
            .range();
    assertThat(answer.getCount()).isEqualTo(3);
    assertThat(answer.getKvsList()).isEmpty();
    assertThat(answer.getMore()).isFalse();
    assertThat(store.range(rangeOf("b", "").setCountOnly(true)).range().getCount()).isEqualTo(1);
  }

  @Test
  void keysOnlyLeavesTheValueOutAndNothingElse_etcd37() throws Exception {
    put("a");
    store.put("a", "again");

    for (var request : List.of(rangeOf("a", ""), rangeOf("a", "b"))) {
      assertThat(store.range(request.setKeysOnly(true)).range().getKvs(0))
          .isEqualTo(
              KeyValue.newBuilder()
                  .setKey(bytes("a"))
                  .setCreateRevision(2)
                  .setModRevision(3)
                  .setVersion(2)
                  .build());
    }
  }

  @Test
  void keysOnlyStillSortsByRealValues_etcd38() throws Exception {
    store.put("a", "3");
    store.put("b", "1");
    store.put("c", "2");

    var request =
        everything()
            .setKeysOnly(true)
            .setSortTarget(SortTarget.VALUE)
            .setSortOrder(SortOrder.ASCEND);
    assertThat(keys(request)).containsExactly("b", "c", "a");
    assertThat(store.range(request).range().getKvs(0).getValue()).isEmpty();
  }

  @Test
  void withoutAnOrderTheLimitCutsBeforeAnotherTargetSorts_etcd40() throws Exception {
    put("m2", "m1", "m3", "m0");

    var byMod = everything().setSortTarget(SortTarget.MOD).setLimit(2);
    assertThat(keys(byMod)).containsExactly("m2", "m1");
    assertThat(keys(byMod.setSortOrder(SortOrder.ASCEND))).containsExactly("m2", "m1");
    store.put("m4", "x");
    store.delete("m0");
    store.put("m0", "x");
    assertThat(keys(byMod.setSortOrder(SortOrder.NONE))).containsExactly("m2", "m1");
    assertThat(keys(byMod.setSortOrder(SortOrder.ASCEND))).containsExactly("m2", "m1");
    store.put("m1", "x");
    // m0, m1 and m2 are looked at: of them m2 and m0 changed first; of all it were m2 and m3.
    assertThat(keys(byMod.setSortOrder(SortOrder.NONE))).containsExactly("m2", "m0");
    assertThat(keys(byMod.setSortOrder(SortOrder.ASCEND))).containsExactly("m2", "m3");
    // With a filter everything is looked at.
    assertThat(keys(byMod.setSortOrder(SortOrder.NONE).setMinModRevision(1)))
        .containsExactly("m2", "m3");
  }

  @Test
  void withAnOrderAllKeysAreSortedBeforeTheLimitCuts_etcd41() throws Exception {
    put("a", "b", "c");

    assertThat(keys(everything().setSortOrder(SortOrder.DESCEND).setLimit(2)))
        .containsExactly("c", "b");
  }

  @Test
  void filtersAreInclusiveAndHoldTogether_etcd42() throws Exception {
    put("a", "b", "c"); // created in 2, 3 and 4
    store.put("a", "again"); // 5

    assertThat(keys(everything().setMinModRevision(4))).containsExactly("a", "c");
    assertThat(keys(everything().setMaxModRevision(4))).containsExactly("b", "c");
    assertThat(keys(everything().setMinCreateRevision(3))).containsExactly("b", "c");
    assertThat(keys(everything().setMaxCreateRevision(3))).containsExactly("a", "b");
    assertThat(keys(everything().setMaxCreateRevision(3).setMinModRevision(4)))
        .containsExactly("a");
    assertThat(keys(rangeOf("b", "").setMinModRevision(4))).isEmpty();
  }

  @Test
  void equalsStayInTheOrderOfKeysAlsoDescending_etcd43() throws Exception {
    put("c", "a", "b");

    var byVersion = everything().setSortTarget(SortTarget.VERSION);
    assertThat(keys(byVersion.setSortOrder(SortOrder.ASCEND))).containsExactly("a", "b", "c");
    assertThat(keys(byVersion.setSortOrder(SortOrder.DESCEND))).containsExactly("a", "b", "c");
  }

  @Test
  void valuesSortByBytesAndNumbersByNumber_etcd44() throws Exception {
    store.put("a", "10");
    store.put("b", "9");
    store.put("c", "\u00ff");
    for (int i = 0; i < 11; i++) {
      store.put("b", "9");
    }

    var sorted = everything().setSortOrder(SortOrder.ASCEND);
    assertThat(keys(sorted.setSortTarget(SortTarget.VALUE))).containsExactly("a", "b", "c");
    assertThat(keys(sorted.setSortTarget(SortTarget.VERSION))).containsExactly("a", "c", "b");
    assertThat(keys(sorted.setSortTarget(SortTarget.CREATE))).containsExactly("a", "b", "c");
    assertThat(keys(sorted.setSortTarget(SortTarget.MOD))).containsExactly("a", "c", "b");
  }

  @Test
  void aKeyWithALongPastDoesNotHideItsNeighbours() throws Exception {
    put("a");
    for (int i = 0; i < 1000; i++) {
      store.put("b", "x");
    }
    put("c");
    store.store.drain();
    store.settle();

    assertThat(keys(rangeOf("a", "\0"))).containsExactly("a", "b", "c");
    assertThat(keys(rangeOf("a", "\0").setRevision(500))).containsExactly("a", "b");
  }
}
