package io.quorate.store;

import static io.quorate.store.StoreHarness.putOf;
import static io.quorate.store.StoreHarness.rangeOf;
import static io.quorate.store.StoreHarness.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.api.mvcc.KeyValue;
import org.junit.jupiter.api.Test;

class PutTest {
  private final StoreHarness store = new StoreHarness();

  private KeyValue get(String key) throws Exception {
    return store.range(rangeOf(key, "")).range().getKvs(0);
  }

  @Test
  void aFreshStoreIsAtRevisionOneAndTheFirstWriteGivesTwo_etcd1() {
    assertThat(store.store.revision()).isEqualTo(1);
    assertThat(store.put("a", "1").revision()).isEqualTo(2);
    assertThat(store.store.revision()).isEqualTo(2);
  }

  @Test
  void eachPutIsANewRevisionAndVersionEvenOfTheSameValue_etcd57() throws Exception {
    store.put("other", "x");
    store.put("a", "1");
    store.put("a", "1");
    store.put("a", "2");

    var kv = get("a");
    assertThat(kv.getCreateRevision()).isEqualTo(3);
    assertThat(kv.getModRevision()).isEqualTo(5);
    assertThat(kv.getVersion()).isEqualTo(3);
    assertThat(text(kv.getValue())).isEqualTo("2");
    assertThat(kv.getLease()).isZero();
  }

  @Test
  void anEmptyValueIsAValue_etcd58() throws Exception {
    store.put("a", "");

    assertThat(get("a").getVersion()).isEqualTo(1);
    assertThat(get("a").getValue()).isEmpty();
  }

  @Test
  void aLeaseThatDoesNotExistIsRefused_etcd59() {
    var answer = store.put(putOf("a", "1").setLease(7));

    assertThat(answer.failure()).isEqualTo(Failure.LEASE_NOT_FOUND);
    assertThat(store.store.revision()).isEqualTo(1);
  }

  @Test
  void thePreviousPairIsAnsweredIfAskedFor_etcd61() throws Exception {
    assertThat(store.put(putOf("a", "1").setPrevKv(true)).put().hasPrevKv()).isFalse();
    store.put("a", "2");

    var answer = store.put(putOf("a", "3").setPrevKv(true));
    assertThat(text(answer.put().getPrevKv().getValue())).isEqualTo("2");
    assertThat(answer.put().getPrevKv().getModRevision()).isEqualTo(3);
    assertThat(answer.put().getPrevKv().getVersion()).isEqualTo(2);
    assertThat(store.put("a", "4").put().hasPrevKv()).isFalse();
  }

  @Test
  void ignoringTheValueKeepsItInANewVersion_etcd62() throws Exception {
    store.put("a", "1");
    var answer = store.put(putOf("a", "").setIgnoreValue(true));

    assertThat(answer.put().hasPrevKv()).isFalse();
    assertThat(answer.revision()).isEqualTo(3);
    assertThat(text(get("a").getValue())).isEqualTo("1");
    assertThat(get("a").getVersion()).isEqualTo(2);
  }

  @Test
  void whatIsIgnoredMustNotBeGivenAndMustBeThere_etcd62_63() {
    assertThat(store.put(putOf("a", "").setIgnoreValue(true)).failure())
        .isEqualTo(Failure.KEY_NOT_FOUND);
    assertThat(store.put(putOf("a", "1").setIgnoreLease(true)).failure())
        .isEqualTo(Failure.KEY_NOT_FOUND);
    assertThat(store.put(putOf("a", "1").setIgnoreValue(true)).failure())
        .isEqualTo(Failure.VALUE_PROVIDED);
    assertThat(store.put(putOf("a", "1").setIgnoreLease(true).setLease(1)).failure())
        .isEqualTo(Failure.LEASE_PROVIDED);
    assertThat(store.store.revision()).isEqualTo(1);
  }

  @Test
  void bothMayBeIgnoredOfAKeyThatIsThere_etcd64() throws Exception {
    store.put("a", "1");
    store.put(putOf("a", "").setIgnoreValue(true).setIgnoreLease(true).setPrevKv(true));

    assertThat(text(get("a").getValue())).isEqualTo("1");
    assertThat(get("a").getModRevision()).isEqualTo(3);
  }

  @Test
  void aPutOverADeletedKeyCreatesItAnew_etcd45() throws Exception {
    store.put("a", "1");
    store.put("a", "2");
    store.delete("a");
    store.put("a", "3");

    assertThat(get("a").getCreateRevision()).isEqualTo(5);
    assertThat(get("a").getVersion()).isEqualTo(1);
  }

  @Test
  void anEmptyKeyIsRefused_etcd30() {
    assertThat(store.put("", "1").failure()).isEqualTo(Failure.EMPTY_KEY);
  }
}
