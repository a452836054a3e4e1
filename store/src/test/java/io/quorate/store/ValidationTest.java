package io.quorate.store;

import static io.quorate.store.StoreHarness.deleteOf;
import static io.quorate.store.StoreHarness.putOf;
import static io.quorate.store.StoreHarness.rangeOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.quorate.api.Compare;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.PutRequest;
import io.quorate.api.RangeRequest;
import io.quorate.api.RequestOp;
import io.quorate.api.TxnRequest;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ValidationTest {
  private static final int MAX_OPS = 128;

  private static Bytes encoded(MessageLite.Builder request) {
    return Bytes.of(request.build().toByteArray());
  }

  private static @Nullable Failure check(TxnRequest.Builder request, int maxOps)
      throws MalformedException {
    return Validation.check(Request.Txn.read(encoded(request)), maxOps);
  }

  private static @Nullable Failure check(TxnRequest.Builder request) throws MalformedException {
    return check(request, MAX_OPS);
  }

  private static TxnRequest.Builder txn(Object... ops) {
    var txn = TxnRequest.newBuilder();
    for (var op : ops) {
      txn.addSuccess(op(op));
    }
    return txn;
  }

  private static RequestOp op(Object op) {
    var made = RequestOp.newBuilder();
    return switch (op) {
      case RangeRequest.Builder range -> made.setRequestRange(range).build();
      case PutRequest.Builder put -> made.setRequestPut(put).build();
      case DeleteRangeRequest.Builder delete -> made.setRequestDeleteRange(delete).build();
      case TxnRequest.Builder txn -> made.setRequestTxn(txn).build();
      default -> throw new AssertionError(op);
    };
  }

  private static TxnRequest.Builder either(Object success, Object failure) {
    return TxnRequest.newBuilder().addSuccess(op(success)).addFailure(op(failure));
  }

  @Test
  void anEmptyKeyIsRefusedEverywhereBeforeAllElse_etcd30() throws Exception {
    assertThat(
            Validation.check(
                Request.Range.read(encoded(rangeOf("", "x").setSortOrderValue(9))), MAX_OPS))
        .isEqualTo(Failure.EMPTY_KEY);
    assertThat(
            Validation.check(
                Request.Put.read(encoded(putOf("", "x").setIgnoreValue(true))), MAX_OPS))
        .isEqualTo(Failure.EMPTY_KEY);
    assertThat(Validation.check(Request.DeleteRange.read(encoded(deleteOf("", "\0"))), MAX_OPS))
        .isEqualTo(Failure.EMPTY_KEY);
    assertThat(check(txn(rangeOf("", "")))).isEqualTo(Failure.EMPTY_KEY);
    assertThat(check(TxnRequest.newBuilder().addCompare(Compare.getDefaultInstance())))
        .isEqualTo(Failure.EMPTY_KEY);
    assertThat(check(either(putOf("a", ""), putOf("", "")))).isEqualTo(Failure.EMPTY_KEY);
  }

  @Test
  void unknownNumbersForSortingAreRefused_etcd31() throws Exception {
    for (var range :
        new RangeRequest.Builder[] {
          rangeOf("a", "").setSortOrderValue(3),
          rangeOf("a", "").setSortOrderValue(-1),
          rangeOf("a", "").setSortTargetValue(5)
        }) {
      assertThat(Validation.check(Request.Range.read(encoded(range)), MAX_OPS))
          .isEqualTo(Failure.INVALID_SORT_OPTION);
      assertThat(check(txn(range))).isEqualTo(Failure.INVALID_SORT_OPTION);
    }
  }

  @Test
  void whatIsToBeKeptMustNotBeGiven_etcd62_63() throws Exception {
    assertThat(check(txn(putOf("a", "x").setIgnoreValue(true)))).isEqualTo(Failure.VALUE_PROVIDED);
    assertThat(check(txn(putOf("a", "").setIgnoreLease(true).setLease(4))))
        .isEqualTo(Failure.LEASE_PROVIDED);
    assertThat(check(txn(putOf("a", "").setIgnoreLease(true).setIgnoreValue(true)))).isNull();
  }

  @Test
  void anOperationThatNamesNothingIsRefusedInEitherBranch_etcd74() throws Exception {
    var nothing = RequestOp.getDefaultInstance();

    assertThat(check(TxnRequest.newBuilder().addSuccess(nothing))).isEqualTo(Failure.KEY_NOT_FOUND);
    assertThat(check(TxnRequest.newBuilder().addFailure(nothing))).isEqualTo(Failure.KEY_NOT_FOUND);
  }

  @Test
  void eachLevelHasABudgetOfWhatItsParentLeaves_etcd75() throws Exception {
    var two = txn(rangeOf("a", ""), rangeOf("b", ""));
    assertThat(check(two, 2)).isNull();
    assertThat(check(two, 1)).isEqualTo(Failure.TOO_MANY_OPS);

    // The outer one takes 2, so 1 is left for each of the inner ones, which do not add up.
    var one = txn(rangeOf("a", ""));
    assertThat(check(txn(one, one), 3)).isNull();
    assertThat(check(txn(one, one), 2)).isEqualTo(Failure.TOO_MANY_OPS);
    assertThat(check(txn(two, one), 3)).isEqualTo(Failure.TOO_MANY_OPS);

    var compares = TxnRequest.newBuilder().addCompare(compare()).addCompare(compare());
    assertThat(check(compares.addSuccess(op(one)), 3)).isNull();
    assertThat(check(compares, 2)).isEqualTo(Failure.TOO_MANY_OPS);
    assertThat(check(TxnRequest.newBuilder().addFailure(op(two)), 2))
        .isEqualTo(Failure.TOO_MANY_OPS);
  }

  private static Compare compare() {
    return Compare.newBuilder().setKey(StoreHarness.bytes("a")).build();
  }

  @Test
  void operationsAreCountedBeforeKeysAreLookedAt_etcd75() throws Exception {
    assertThat(check(txn(putOf("", ""), putOf("", "")), 1)).isEqualTo(Failure.TOO_MANY_OPS);
  }

  @Test
  void keysAreLookedAtBeforeDuplicates() throws Exception {
    var duplicate = txn(putOf("a", ""), putOf("a", ""));

    assertThat(check(duplicate.addFailure(op(putOf("", ""))))).isEqualTo(Failure.EMPTY_KEY);
  }

  private static void assertRefused(TxnRequest.Builder request) throws MalformedException {
    assertThat(check(request)).isEqualTo(Failure.DUPLICATE_KEY);
    var asFailure = TxnRequest.newBuilder().addAllFailure(request.getSuccessList());
    assertThat(check(asFailure)).isEqualTo(Failure.DUPLICATE_KEY);
  }

  @Test
  void aBranchPutsAKeyOnceAndNeverOneThatItDeletes_etcd78() throws Exception {
    assertRefused(txn(putOf("a", "1"), putOf("a", "2")));
    assertRefused(txn(putOf("b", ""), deleteOf("b", "")));
    assertRefused(txn(deleteOf("a", "c"), putOf("b", "")));
    assertRefused(txn(putOf("a", ""), deleteOf("a", "c")));

    assertThat(check(txn(putOf("a", ""), putOf("b", "")))).isNull();
    assertThat(check(txn(deleteOf("a", "c"), putOf("c", "")))).isNull();
    assertThat(check(txn(deleteOf("a", "c"), deleteOf("b", "z"), deleteOf("b", "")))).isNull();
    assertThat(check(either(putOf("a", ""), putOf("a", "")))).isNull();
    assertThat(check(either(putOf("a", ""), deleteOf("a", "")))).isNull();
  }

  @Test
  void whatInnerTransactionsDoCountsForTheirParent_etcd78() throws Exception {
    assertRefused(txn(putOf("a", ""), txn(putOf("a", ""))));
    assertRefused(txn(txn(putOf("a", "")), putOf("a", "")));
    assertRefused(txn(deleteOf("a", ""), txn(putOf("a", ""))));
    assertRefused(txn(txn(putOf("a", "")), deleteOf("a", "")));
    assertRefused(txn(txn(deleteOf("a", "")), putOf("a", "")));
    assertRefused(txn(txn(putOf("a", "")), txn(putOf("a", ""))));
    assertRefused(txn(txn(txn(putOf("a", ""))), txn(putOf("a", ""))));
    assertRefused(txn(either(putOf("b", ""), putOf("a", "")), putOf("a", "")));
    assertRefused(txn(txn(putOf("a", "")), either(putOf("b", ""), putOf("a", ""))));

    assertThat(check(txn(either(putOf("a", ""), putOf("a", ""))))).isNull();
    assertThat(check(txn(either(putOf("a", ""), deleteOf("a", ""))))).isNull();
  }

  @Test
  void theRuleHasEtcdsHoles_etcd79() throws Exception {
    assertRefused(txn(txn(deleteOf("a", "")), txn(putOf("a", ""))));
    assertThat(check(txn(txn(putOf("a", "")), txn(deleteOf("a", ""))))).isNull();
    assertThat(check(txn(deleteOf("a", "\0"), putOf("b", "")))).isNull();
    assertThat(check(txn(deleteOf("c", "a"), putOf("b", "")))).isNull();
  }

  @Test
  void manyDeletesAreOneRangeWhereTheyTouch() throws Exception {
    var deletes =
        txn(deleteOf("g", "i"), deleteOf("a", "c"), deleteOf("c", "d"), deleteOf("b", "h"));

    for (var key : new String[] {"a", "b", "c", "d", "g", "h", "hz"}) {
      assertThat(check(deletes.clone().addSuccess(op(putOf(key, ""))))).isNotNull();
    }
    assertThat(check(deletes.clone().addSuccess(op(putOf("i", ""))))).isNull();
    assertThat(check(deletes.clone().addSuccess(op(putOf("Z", ""))))).isNull();
  }

  @Test
  void aCommandMayHaveTheSizeOfTheLimitAndNotMore_etcd12() {
    int limit = 1_572_864;
    var value = new byte[limit - 50];
    var fits = PutRequest.newBuilder(putOf("abcd", "").build());
    fits.setValue(com.google.protobuf.ByteString.copyFrom(value));
    int size = Command.of(Command.Type.PUT, encoded(fits)).encode().length();

    assertThat(Validation.checkSize(size, limit)).isNull();
    assertThat(Validation.checkSize(limit, limit)).isNull();
    assertThat(Validation.checkSize(limit + 1, limit)).isEqualTo(Failure.REQUEST_TOO_LARGE);
    fits.setValue(com.google.protobuf.ByteString.copyFrom(new byte[limit]));
    int tooMuch = Command.of(Command.Type.PUT, encoded(fits)).encode().length();
    assertThat(Validation.checkSize(tooMuch, limit)).isEqualTo(Failure.REQUEST_TOO_LARGE);
  }
}
