package io.quorate.store;

import static io.quorate.store.StoreHarness.deleteOf;
import static io.quorate.store.StoreHarness.putOf;
import static io.quorate.store.StoreHarness.rangeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.api.LeaseGrantResponse;
import io.quorate.api.RequestOp;
import io.quorate.api.TxnRequest;
import io.quorate.api.mvcc.KeyValue;
import io.quorate.consensus.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaseTest {
  private final StoreHarness store = new StoreHarness();

  private StoreHarness.Answer put(String key, long lease) {
    return store.put(putOf(key, "x").setLease(lease));
  }

  private List<KeyValue> all() throws Exception {
    return store.range("\0", "\0").range().getKvsList();
  }

  // Grant

  @Test
  void aGrantAnswersItsIdAndTtlAndTakesNoRevision() throws Exception { // etcd-6, 153
    var answer = store.grant(-7, 60);
    assertThat(LeaseGrantResponse.parseFrom(answer.body().toArray()))
        .isEqualTo(LeaseGrantResponse.newBuilder().setID(-7).setTTL(60).build());
    assertThat(answer.revision()).isEqualTo(1);
    assertThat(store.store.leases()).containsOnlyKeys(-7L).containsValue(60L);
  }

  @Test
  void anIdIsGrantedOnce() { // etcd-153
    store.grant(3, 60);
    assertThat(store.grant(3, 60).failure()).isEqualTo(Failure.LEASE_EXISTS);
    store.revoke(3);
    assertThat(store.grant(3, 90).failure()).isNull();
    assertThat(store.store.leases()).containsEntry(3L, 90L);
  }

  @Test
  void aTtlThatIsTooLargeIsRefusedFirst() { // etcd-154
    store.grant(3, Request.LeaseGrant.MAX_TTL);
    assertThat(store.store.leases()).containsEntry(3L, 9_000_000_000L);
    assertThat(store.grant(3, Request.LeaseGrant.MAX_TTL + 1).failure())
        .isEqualTo(Failure.LEASE_TTL_TOO_LARGE);
  }

  @Test
  void whatTheDoorLetsNobodyAskForIsNoRequest() {
    assertThat(store.grant(0, 60).failure()).isEqualTo(Failure.MALFORMED_REQUEST);
    assertThat(store.grant(3, 0).failure()).isEqualTo(Failure.MALFORMED_REQUEST);
    assertThat(store.store.leases()).isEmpty();
  }

  // Attached keys

  @Test
  void aPutNeedsALeaseThatExists() { // etcd-59
    assertThat(put("a", 3).failure()).isEqualTo(Failure.LEASE_NOT_FOUND);
    store.grant(3, 60);
    assertThat(put("a", 3).failure()).isNull();
    store.revoke(3);
    assertThat(put("a", 3).failure()).isEqualTo(Failure.LEASE_NOT_FOUND);
  }

  @Test
  void aKeyTellsItsLease() throws Exception {
    store.grant(3, 60);
    put("a", 3);
    assertThat(all().getFirst().getLease()).isEqualTo(3);
    assertThat(store.leaseKeys(3)).containsExactly("a");
  }

  @Test
  void aPutWithoutLeaseDetachesAndOneWithAnotherMoves() { // etcd-60, 159
    store.grant(3, 60);
    store.grant(4, 60);
    for (var key : List.of("a", "b", "c", "d")) {
      put(key, 3);
    }
    store.put("a", "y");
    put("b", 4);
    put("c", 3);
    store.delete("d");
    assertThat(store.leaseKeys(3)).containsExactly("c");
    assertThat(store.leaseKeys(4)).containsExactly("b");
  }

  @Test
  void ignoreLeaseKeepsIt() throws Exception { // etcd-63
    store.grant(3, 60);
    put("a", 3);
    store.put("b", "y");
    store.put(putOf("a", "z").setIgnoreLease(true));
    store.put(putOf("b", "z").setIgnoreLease(true));
    assertThat(all()).extracting(KeyValue::getLease).containsExactly(3L, 0L);
    assertThat(store.leaseKeys(3)).containsExactly("a");
  }

  @Test
  void aKeyOfAnotherLeaseWithTheSameBeginningIsNotMistaken() {
    store.grant(-1, 60);
    store.grant(Long.MAX_VALUE, 60);
    store.grant(Long.MIN_VALUE, 60);
    put("a", -1);
    put("b", Long.MAX_VALUE);
    put("c", Long.MIN_VALUE);
    store.flush();
    assertThat(store.leaseKeys(-1)).containsExactly("a");
    assertThat(store.leaseKeys(Long.MAX_VALUE)).containsExactly("b");
    assertThat(store.leaseKeys(Long.MIN_VALUE)).containsExactly("c");
  }

  private static TxnRequest.Builder puts(long... leases) {
    var txn = TxnRequest.newBuilder();
    for (int i = 0; i < leases.length; i++) {
      txn.addSuccess(RequestOp.newBuilder().setRequestPut(putOf("k" + i, "x").setLease(leases[i])));
    }
    return txn;
  }

  @Test
  void aTransactionWithABadLeaseOnItsPathDoesNothing() throws Exception { // etcd-83
    store.grant(3, 60);
    assertThat(store.txn(puts(3, 4)).failure()).isEqualTo(Failure.LEASE_NOT_FOUND);
    assertThat(all()).isEmpty();
    assertThat(store.leaseKeys(3)).isEmpty();
  }

  @Test
  void aBadLeaseInTheBranchNotTakenIsHarmless() { // etcd-83
    var txn = puts();
    txn.addFailure(RequestOp.newBuilder().setRequestPut(putOf("k", "x").setLease(4)));
    assertThat(store.txn(txn).failure()).isNull();
  }

  // Revoke and expiry

  @Test
  void aRevokeDeletesAllKeysInOneRevisionInTheirOrder() throws Exception { // etcd-157
    store.grant(3, 60);
    for (var key : List.of("c", "a", "b", "a\0")) {
      put(key, 3);
    }
    store.flush();
    put("aa", 3);
    long before = store.store.revision();
    var answer = store.revoke(3);
    assertThat(answer.revision()).isEqualTo(before + 1);
    assertThat(all()).isEmpty();
    store.flush();
    assertThat(changesOf(before + 1)).containsExactly("a", "a\0", "aa", "b", "c");
  }

  private List<String> changesOf(long revision) {
    var keys = new ArrayList<String>();
    try (var changes = new EngineKeys(store.engines.open("1")).changes(0)) {
      while (changes.next()) {
        if (changes.mod() == revision) {
          assertThat(changes.sub()).isEqualTo(keys.size());
          keys.add(KeyValues.key(changes.keyValue()).toUtf8());
        }
      }
    }
    return keys;
  }

  @Test
  void aRevokeOfALeaseWithoutKeysTakesNoRevision() { // etcd-157
    store.grant(3, 60);
    assertThat(store.revoke(3).revision()).isEqualTo(1);
    assertThat(store.store.leases()).isEmpty();
  }

  @Test
  void onlyALeaseThatExistsCanBeRevoked() { // etcd-157
    assertThat(store.revoke(3).failure()).isEqualTo(Failure.LEASE_NOT_FOUND);
    assertThat(store.revoke(0).failure()).isEqualTo(Failure.LEASE_NOT_FOUND);
  }

  @Test
  void aRevokeSparesWhatWasMovedOrRecreatedWithoutIt() throws Exception { // etcd-159, 202
    store.grant(3, 60);
    put("a", 3);
    put("b", 3);
    store.flush();
    store.put("a", "y");
    store.delete("b");
    store.put("b", "y");
    store.revoke(3);
    assertThat(store.all(store.store.revision())).containsExactly("a=y", "b=y");
  }

  @Test
  void aRevokeMayDeleteMoreKeysThanOneDeleteMay() throws Exception { // etcd-157
    store.grant(3, 60);
    var puts = new ArrayList<Bytes>();
    for (int i = 0; i <= Write.MAX_CHANGES; i++) {
      puts.add(
          StoreHarness.command(
              Command.Type.PUT, putOf("k%06d".formatted(i), "").setLease(3).build()));
    }
    store.entry(puts);
    assertThat(store.delete(deleteOf("k", "l")).failure()).isEqualTo(Failure.TOO_MANY_CHANGES);
    assertThat(store.range("k000001", "").range().getCount()).isOne();
    assertThat(store.revoke(3).failure()).isNull();
    assertThat(store.range("k000001", "").range().getCount()).isZero();
    store.flush();
    assertThat(store.range("k000001", "").range().getCount()).isZero();
    assertThat(store.range(rangeOf("k", "l").setCountOnly(true)).range().getCount()).isZero();
  }

  @Test
  void anExpiryRevokesEachLeaseInARevisionOfItsOwn() {
    store.becomeLessor(1);
    for (long lease = 3; lease <= 5; lease++) {
      store.grant(lease, 60);
      put("a" + lease, lease);
      put("b" + lease, lease);
    }
    long before = store.store.revision();
    assertThat(store.expire(1, 3L, 9L, 4L).revision()).isEqualTo(before + 2);
    store.flush();
    assertThat(changesOf(before + 1)).containsExactly("a3", "b3");
    assertThat(changesOf(before + 2)).containsExactly("a4", "b4");
    assertThat(store.store.leases()).containsOnlyKeys(5L);
  }

  @Test
  void anExpiryUnderAnotherLessorDoesNothing() {
    store.becomeLessor(1);
    store.grant(3, 60);
    put("a", 3);
    store.becomeLessor(2);
    long before = store.store.revision();
    assertThat(store.expire(1, 3L).revision()).isEqualTo(before);
    assertThat(store.expire(3, 3L).revision()).isEqualTo(before);
    assertThat(store.store.leases()).containsOnlyKeys(3L);
  }

  @Test
  void aLessorFollowsTheOneBeforeItByOne() {
    store.becomeLessor(2);
    assertThat(store.store.lessorship()).isEqualTo(Lessorship.NONE);
    store.becomeLessor(1);
    store.becomeLessor(1);
    store.becomeLessor(3);
    assertThat(store.store.lessorship().number()).isEqualTo(1);
  }

  // What stays

  @Test
  void leasesTheirKeysAndTheLessorSurviveACrash() throws Exception {
    store.becomeLessor(1);
    store.grant(3, 60);
    store.grant(4, 60);
    put("a", 3);
    put("b", 3);
    store.put("b", "y");
    store.revoke(4);
    store.flush();
    store.crash("1");
    assertThat(store.store.leases()).containsOnlyKeys(3L);
    assertThat(store.store.lessorship().number()).isEqualTo(1);
    assertThat(store.leaseKeys(3)).containsExactly("a");
    store.revoke(3);
    assertThat(store.all(store.store.revision())).containsExactly("b=y");
  }

  @Test
  void anImageCarriesThemToo() throws Exception {
    store.becomeLessor(1);
    store.grant(3, 60);
    store.grant(-4, 70);
    put("a", 3);
    put("b", -4);
    put("c", 3);
    store.delete("c");
    store.compact(store.store.revision());
    long digest = store.store.digest();
    store.install(store.image(1), "2");
    assertThat(store.store.digest()).isEqualTo(digest);
    assertThat(store.store.leases()).containsEntry(3L, 60L).containsEntry(-4L, 70L);
    assertThat(store.store.lessorship().number()).isEqualTo(1);
    assertThat(store.leaseKeys(3)).containsExactly("a");
    assertThat(store.leaseKeys(-4)).containsExactly("b");
  }

  @Test
  void aCompactionLeavesAttachedKeysAttached() {
    store.grant(3, 60);
    put("a", 3);
    put("a", 3);
    store.compact(store.store.revision());
    store.settle();
    assertThat(store.leaseKeys(3)).containsExactly("a");
  }

  @Test
  void itsObserverIsTold() throws Exception {
    var told = new ArrayList<String>();
    store.store.observeLeases(
        new LeaseObserver() {
          @Override
          public void granted(long lease, long ttl) {
            told.add("granted " + lease + " for " + ttl);
          }

          @Override
          public void revoked(long lease) {
            told.add("revoked " + lease);
          }

          @Override
          public void expired(long lease) {
            told.add("expired " + lease);
          }

          @Override
          public void replaced() {
            told.add("replaced");
          }
        });
    store.becomeLessor(1);
    store.grant(3, 60);
    store.grant(4, 60);
    store.revoke(3);
    store.expire(1, 4L);
    store.install(store.image(100), "2");
    store.grant(5, 60);
    assertThat(told)
        .containsExactly(
            "granted 3 for 60",
            "granted 4 for 60",
            "revoked 3",
            "expired 4",
            "replaced",
            "granted 5 for 60");
  }
}
