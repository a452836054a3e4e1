package io.quorate.store;

import static io.quorate.store.StoreHarness.deleteOf;
import static io.quorate.store.StoreHarness.text;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeleteRangeTest {
  private final StoreHarness store = new StoreHarness();

  @BeforeEach
  void fill() {
    for (var key : new String[] {"a", "b", "c", "d"}) {
      store.put(key, "of " + key);
    }
  }

  @Test
  void allKeysOfACallGoInOneRevision_etcd65_66() throws Exception {
    var answer = store.delete("b", "d");

    assertThat(answer.revision()).isEqualTo(6);
    assertThat(answer.deleted().getDeleted()).isEqualTo(2);
    assertThat(answer.deleted().getPrevKvsList()).isEmpty();
    assertThat(store.all(0)).containsExactly("a=of a", "d=of d");
    assertThat(store.all(5)).hasSize(4);
  }

  @Test
  void whatMatchesNothingChangesNothing_etcd65() throws Exception {
    var answer = store.delete("x");

    assertThat(answer.revision()).isEqualTo(5);
    assertThat(answer.deleted().getDeleted()).isZero();
    assertThat(store.store.revision()).isEqualTo(5);
    store.delete("a");
    assertThat(store.delete("a").deleted().getDeleted()).isZero();
  }

  @Test
  void thePreviousPairsAreInTheOrderOfKeys_etcd66() throws Exception {
    var answer = store.delete(deleteOf("a", "\0").setPrevKv(true)).deleted();

    assertThat(answer.getDeleted()).isEqualTo(4);
    assertThat(answer.getPrevKvsList().stream().map(kv -> text(kv.getValue())))
        .containsExactly("of a", "of b", "of c", "of d");
  }

  @Test
  void aRangeThatEndsBeforeItBeginsIsEmpty_etcd29() throws Exception {
    assertThat(store.delete("c", "a").deleted().getDeleted()).isZero();
    assertThat(store.delete("c", "c").deleted().getDeleted()).isZero();
  }

  @Test
  void itFindsWhatHasReachedTheEngineAndWhatHasNot() throws Exception {
    store.store.drain();
    store.settle();
    store.put("bb", "new");
    store.delete("c");

    assertThat(store.delete("a", "d").deleted().getDeleted()).isEqualTo(3);
    assertThat(store.all(0)).containsExactly("d=of d");
  }

  @Test
  void asManyKeysAsACommandMayChangeGoInOneRevision() throws Exception {
    store.fill("many-", Write.MAX_CHANGES - 4);
    long before = store.store.revision();
    var answer = store.delete("\0", "\0");

    assertThat(answer.revision()).isEqualTo(before + 1);
    assertThat(answer.deleted().getDeleted()).isEqualTo(Write.MAX_CHANGES);
    assertThat(store.all(0)).isEmpty();
  }

  @Test
  void oneKeyMoreThanACommandMayChangeIsRefusedAsAWhole() throws Exception {
    store.fill("many-", Write.MAX_CHANGES - 3);
    long before = store.store.revision();
    long digest = store.store.digest();
    var answer = store.delete("\0", "\0");

    assertThat(answer.failure()).isEqualTo(Failure.TOO_MANY_CHANGES);
    assertThat(Failure.TOO_MANY_CHANGES.text())
        .isEqualTo(
            "quorate: the request would change more than 100000 keys, or 16 MiB of stored keys and"
                + " values: delete in smaller ranges");
    assertThat(store.store.revision()).isEqualTo(before);
    assertThat(store.store.digest()).isEqualTo(digest);
    assertThat(store.delete("a", "d").deleted().getDeleted()).isEqualTo(3);
    assertThat(store.delete("\0", "\0").deleted().getDeleted()).isEqualTo(Write.MAX_CHANGES - 2);
  }

  @Test
  void longKeysCountByTheirBytes() throws Exception {
    var half = (int) Write.MAX_TAKEN_OVER / 2;
    for (var last : new String[] {"x", "y"}) {
      store.put("long" + last.repeat(half - 4), "");
    }
    assertThat(store.delete("long", "m").deleted().getDeleted()).isEqualTo(2);
    for (var last : new String[] {"x", "y"}) {
      store.put("long" + last.repeat(half - 3), "");
    }
    assertThat(store.delete("long", "m").failure()).isEqualTo(Failure.TOO_MANY_CHANGES);
  }

  @Test
  void anEmptyKeyIsRefused_etcd30() {
    assertThat(store.delete("", "\0").failure()).isEqualTo(Failure.EMPTY_KEY);
  }
}
