package io.quorate.store;

import static io.quorate.store.StoreHarness.bytes;
import static io.quorate.store.StoreHarness.deleteOf;
import static io.quorate.store.StoreHarness.putOf;
import static io.quorate.store.StoreHarness.rangeOf;
import static io.quorate.store.StoreHarness.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.api.Compare;
import io.quorate.api.Compare.CompareResult;
import io.quorate.api.Compare.CompareTarget;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.PutRequest;
import io.quorate.api.RangeRequest;
import io.quorate.api.RequestOp;
import io.quorate.api.ResponseHeader;
import io.quorate.api.TxnRequest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TxnTest {
  private final StoreHarness store = new StoreHarness();

  @BeforeEach
  void fill() {
    store.put("a", "1");
    store.put("b", "2");
    store.put("b", "2"); // revision 4, version 2
  }

  private static TxnRequest.Builder txn() {
    return TxnRequest.newBuilder();
  }

  private static RequestOp op(PutRequest.Builder put) {
    return RequestOp.newBuilder().setRequestPut(put).build();
  }

  private static RequestOp op(DeleteRangeRequest.Builder delete) {
    return RequestOp.newBuilder().setRequestDeleteRange(delete).build();
  }

  private static RequestOp op(RangeRequest.Builder range) {
    return RequestOp.newBuilder().setRequestRange(range).build();
  }

  private static RequestOp op(TxnRequest.Builder txn) {
    return RequestOp.newBuilder().setRequestTxn(txn).build();
  }

  private static Compare.Builder compare(String key, CompareTarget target, CompareResult result) {
    return Compare.newBuilder().setKey(bytes(key)).setTarget(target).setResult(result);
  }

  private static Compare never() {
    return compare("a", CompareTarget.VERSION, CompareResult.EQUAL).setVersion(77).build();
  }

  private boolean holds(Compare.Builder compare) throws Exception {
    boolean ordered = store.txn(txn().addCompare(compare)).txn().getSucceeded();
    assertThat(store.read(txn().addCompare(compare)).txn().getSucceeded()).isEqualTo(ordered);
    return ordered;
  }

  @Test
  void theSuccessBranchRunsIfAllComparesHoldElseTheOther_etcd68_69() throws Exception {
    var both = txn().addSuccess(op(putOf("s", "x"))).addFailure(op(putOf("f", "x")));

    var taken = store.txn(both).txn();
    assertThat(taken.getSucceeded()).isTrue();
    assertThat(taken.getResponsesCount()).isEqualTo(1);
    assertThat(taken.getResponses(0).hasResponsePut()).isTrue();
    assertThat(store.txn(both.addCompare(never())).txn().getSucceeded()).isFalse();
    assertThat(store.all(0)).contains("s=x", "f=x");
    assertThat(store.txn(txn()).txn().getSucceeded()).isTrue();
    assertThat(store.txn(txn()).txn().getResponsesList()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "EQUAL,1,false", "EQUAL,2,true", "NOT_EQUAL,2,false", "NOT_EQUAL,3,true",
    "GREATER,1,true", "GREATER,2,false", "LESS,2,false", "LESS,3,true"
  })
  void aCompareMeansTheStoredValueThenTheGiven_etcd70(
      CompareResult result, long given, boolean expected) throws Exception {
    assertThat(holds(compare("b", CompareTarget.VERSION, result).setVersion(given)))
        .isEqualTo(expected);
    assertThat(
            holds(compare("b", CompareTarget.VALUE, result).setValue(bytes(String.valueOf(given)))))
        .isEqualTo(expected);
  }

  @Test
  void everyTargetIsCompared_etcd70() throws Exception {
    assertThat(holds(compare("b", CompareTarget.CREATE, CompareResult.EQUAL).setCreateRevision(3)))
        .isTrue();
    assertThat(holds(compare("b", CompareTarget.MOD, CompareResult.EQUAL).setModRevision(4)))
        .isTrue();
    assertThat(holds(compare("b", CompareTarget.LEASE, CompareResult.EQUAL).setLease(0))).isTrue();
  }

  @Test
  void aMissingKeyHasNoValueAndZerosElse_etcd71() throws Exception {
    for (var result :
        List.of(
            CompareResult.EQUAL,
            CompareResult.NOT_EQUAL,
            CompareResult.LESS,
            CompareResult.GREATER)) {
      assertThat(holds(compare("x", CompareTarget.VALUE, result).setValue(bytes("")))).isFalse();
    }
    for (var target :
        List.of(
            CompareTarget.VERSION, CompareTarget.CREATE, CompareTarget.MOD, CompareTarget.LEASE)) {
      assertThat(holds(compare("x", target, CompareResult.EQUAL))).isTrue();
      assertThat(holds(compare("x", target, CompareResult.NOT_EQUAL))).isFalse();
    }
    assertThat(holds(compare("x", CompareTarget.MOD, CompareResult.LESS).setModRevision(1)))
        .isTrue();
  }

  @Test
  void ofARangeEveryKeyMustPass_etcd72() throws Exception {
    var all = compare("a", CompareTarget.VERSION, CompareResult.GREATER).setRangeEnd(bytes("\0"));

    assertThat(holds(all.clone().setVersion(0))).isTrue();
    assertThat(holds(all.clone().setVersion(1))).isFalse();
    var none = compare("x", CompareTarget.VALUE, CompareResult.EQUAL).setRangeEnd(bytes("z"));
    assertThat(holds(none)).isFalse();
    assertThat(holds(none.setTarget(CompareTarget.CREATE))).isTrue();
  }

  @Test
  void anOperandOfAnotherKindCountsAsNone_etcd73() throws Exception {
    assertThat(holds(compare("x", CompareTarget.VERSION, CompareResult.EQUAL).setModRevision(9)))
        .isTrue();
    assertThat(holds(compare("b", CompareTarget.VERSION, CompareResult.GREATER).setLease(9)))
        .isTrue();
    assertThat(holds(compare("b", CompareTarget.VALUE, CompareResult.GREATER).setVersion(9)))
        .isTrue();
  }

  @Test
  void numbersThatNoVersionHasDoNoHarm() throws Exception {
    assertThat(holds(Compare.newBuilder().setKey(bytes("a")).setResultValue(9))).isTrue();
    assertThat(holds(Compare.newBuilder().setKey(bytes("a")).setTargetValue(9))).isTrue();
    assertThat(holds(Compare.newBuilder().setKey(bytes("a")).setTargetValue(-1))).isTrue();
  }

  @Test
  void comparesOfInnerTransactionsSeeTheStateBeforeTheOutermost_etcd77() throws Exception {
    var inner =
        txn()
            .addCompare(compare("new", CompareTarget.VERSION, CompareResult.EQUAL).setVersion(0))
            .addSuccess(op(putOf("seen", "before")))
            .addFailure(op(putOf("seen", "after")));
    var answer = store.txn(txn().addSuccess(op(putOf("new", "x"))).addSuccess(op(inner)));

    assertThat(answer.txn().getResponses(1).getResponseTxn().getSucceeded()).isTrue();
    assertThat(store.all(0)).contains("seen=before");
  }

  @Test
  void putThenDeleteLeavesTheKeyAbsentDeleteThenPutLeavesItNew_etcd79() throws Exception {
    var fromKey = deleteOf("a", "\0");
    store.txn(txn().addSuccess(op(putOf("z", "1"))).addSuccess(op(fromKey)));
    assertThat(store.all(0)).isEmpty();

    store.put("z", "1");
    store.put("z", "2");
    store.txn(txn().addSuccess(op(fromKey)).addSuccess(op(putOf("z", "3"))));
    var kv = store.range("z", "").range().getKvs(0);
    assertThat(kv.getVersion()).isEqualTo(1);
    assertThat(kv.getCreateRevision()).isEqualTo(store.store.revision());
    assertThat(store.all(store.store.revision() - 1)).containsExactly("z=2");
  }

  @Test
  void aRangeSeesWhatStandsBeforeItInTheTransaction_etcd80() throws Exception {
    var answer =
        store
            .txn(
                txn()
                    .addSuccess(op(rangeOf("x", "")))
                    .addSuccess(op(putOf("x", "1")))
                    .addSuccess(op(rangeOf("x", "")))
                    .addSuccess(op(deleteOf("x", "\0")))
                    .addSuccess(op(rangeOf("a", "\0"))))
            .txn();

    assertThat(answer.getResponses(0).getResponseRange().getCount()).isZero();
    assertThat(answer.getResponses(0).getResponseRange().getHeader().getRevision()).isEqualTo(4);
    assertThat(answer.getResponses(2).getResponseRange().getKvs(0).getModRevision()).isEqualTo(5);
    assertThat(answer.getResponses(2).getResponseRange().getHeader().getRevision()).isEqualTo(5);
    assertThat(answer.getResponses(3).getResponseDeleteRange().getDeleted()).isEqualTo(1);
    assertThat(answer.getResponses(4).getResponseRange().getCount()).isEqualTo(2);
  }

  @Test
  void allChangesHaveOneRevisionAndNoneKeepsIt_etcd6_81() throws Exception {
    var answer =
        store.txn(txn().addSuccess(op(putOf("c", "3"))).addSuccess(op(deleteOf("a", "b"))));
    assertThat(answer.revision()).isEqualTo(5);
    assertThat(store.store.revision()).isEqualTo(5);

    var nothing = txn().addSuccess(op(deleteOf("x", ""))).addSuccess(op(txn()));
    assertThat(store.txn(nothing).revision()).isEqualTo(5);
    assertThat(store.store.revision()).isEqualTo(5);
  }

  @Test
  void innerHeadersHoldTheRevisionAloneAndThatOfATransactionNothing_etcd5() throws Exception {
    var answer =
        store
            .txn(
                txn()
                    .addSuccess(op(deleteOf("x", "")))
                    .addSuccess(op(putOf("c", "3")))
                    .addSuccess(op(txn().addSuccess(op(rangeOf("c", ""))))))
            .txn();

    assertThat(answer.getResponses(0).getResponseDeleteRange().getHeader())
        .isEqualTo(ResponseHeader.newBuilder().setRevision(4).build());
    assertThat(answer.getResponses(1).getResponsePut().getHeader())
        .isEqualTo(ResponseHeader.newBuilder().setRevision(5).build());
    var inner = answer.getResponses(2).getResponseTxn();
    assertThat(inner.hasHeader()).isTrue();
    assertThat(inner.getHeader()).isEqualTo(ResponseHeader.getDefaultInstance());
    assertThat(inner.getResponses(0).getResponseRange().getHeader().getRevision()).isEqualTo(5);
  }

  @Test
  void aRangeCannotAskForTheRevisionThatTheTransactionMakes_etcd82() {
    var future =
        txn().addSuccess(op(putOf("c", "3"))).addSuccess(op(rangeOf("c", "").setRevision(5)));

    assertThat(store.txn(future).failure()).isEqualTo(Failure.FUTURE_REVISION);
    assertThat(store.store.revision()).isEqualTo(4);
  }

  @Test
  void aNegativeRevisionIsTheNewestOnlyWhileNothingWasCompacted_etcd82() throws Exception {
    var minusOne = txn().addSuccess(op(rangeOf("a", "").setRevision(-1)));
    var minusTwo = txn().addSuccess(op(rangeOf("a", "").setRevision(-2)));

    assertThat(store.txn(minusOne).txn().getResponses(0).getResponseRange().getCount())
        .isEqualTo(1);
    assertThat(store.read(minusOne).failure()).isNull();
    assertThat(store.txn(minusTwo).failure()).isEqualTo(Failure.COMPACTED);
    store.compact(0);
    assertThat(store.txn(minusOne).failure()).isEqualTo(Failure.COMPACTED);
    assertThat(store.read(minusOne).failure()).isEqualTo(Failure.COMPACTED);
  }

  @Test
  void aRangeOfAnOldRevisionSeesThatState() throws Exception {
    store.delete("a");
    store.store.drain();
    store.settle();
    var old = txn().addSuccess(op(putOf("c", "3"))).addSuccess(op(rangeOf("a", "").setRevision(2)));

    var range = store.txn(old).txn().getResponses(1).getResponseRange();
    assertThat(text(range.getKvs(0).getValue())).isEqualTo("1");
    assertThat(range.getHeader().getRevision()).isEqualTo(6);
  }

  @Test
  void aKeyKnownToBeGoneStillHasItsPast() throws Exception {
    store.delete("a");
    store.store.drain();
    store.settle();
    assertThat(store.range("a", "").range().getCount()).isZero();

    var old = txn().addSuccess(op(putOf("c", "3"))).addSuccess(op(rangeOf("a", "").setRevision(4)));
    assertThat(store.txn(old).txn().getResponses(1).getResponseRange().getCount()).isEqualTo(1);
  }

  @Test
  void oneFailureOnThePathTakenFailsTheWhole_etcd83() throws Exception {
    var failing =
        List.of(
            op(putOf("x", "1").setLease(9)),
            op(putOf("x", "").setIgnoreValue(true)),
            op(rangeOf("x", "").setRevision(99)),
            op(txn().addSuccess(op(putOf("x", "1").setLease(9)))));
    for (var op : failing) {
      var onPath = txn().addSuccess(op(putOf("c", "3"))).addSuccess(op);
      assertThat(store.txn(onPath).failure()).isNotNull();
      assertThat(store.store.revision()).isEqualTo(4);
    }
    for (var op : failing) {
      assertThat(store.txn(txn().addSuccess(op(putOf("c", "3"))).addFailure(op)).failure())
          .isNull();
    }
    assertThat(store.all(0)).containsExactly("a=1", "b=2", "c=3");
  }

  @Test
  void whatFailsHalfWayIsUndone() throws Exception {
    // The key is there before, so the check passes; the hole of the duplicate rule lets it go.
    var txn =
        txn()
            .addSuccess(op(putOf("c", "3")))
            .addSuccess(op(deleteOf("a", "\0")))
            .addSuccess(op(putOf("b", "").setIgnoreValue(true)));

    assertThat(store.txn(txn).failure()).isEqualTo(Failure.KEY_NOT_FOUND);
    assertThat(store.store.revision()).isEqualTo(4);
    assertThat(store.all(0)).containsExactly("a=1", "b=2");
    store.put("c", "4");
    assertThat(store.range("c", "").range().getKvs(0).getVersion()).isEqualTo(1);
  }

  @Test
  void aReadOnlyTransactionIsOneOfRangesAlone_etcd85_86() throws Exception {
    assertThat(parsed(txn()).isReadOnly()).isTrue();
    assertThat(parsed(txn().addSuccess(op(rangeOf("a", "")))).isReadOnly()).isTrue();
    assertThat(parsed(txn().addFailure(op(putOf("a", "")))).isReadOnly()).isFalse();
    assertThat(parsed(txn().addFailure(op(txn()))).isReadOnly()).isFalse();

    var local = rangeOf("a", "").setSerializable(true);
    assertThat(parsed(txn().addSuccess(op(local))).isSerializable()).isTrue();
    assertThat(
            parsed(txn().addSuccess(op(local)).addFailure(op(rangeOf("a", "")))).isSerializable())
        .isFalse();
    assertThat(parsed(txn().addCompare(never())).isSerializable()).isFalse();
  }

  private static Request.Txn parsed(TxnRequest.Builder request) throws Exception {
    return Request.Txn.read(io.quorate.consensus.wire.Bytes.of(request.build().toByteArray()));
  }

  @Test
  void allReadsOfAReadOnlyTransactionSeeOneRevision_etcd87() throws Exception {
    var answer =
        store.read(
            txn()
                .addCompare(compare("a", CompareTarget.MOD, CompareResult.EQUAL).setModRevision(2))
                .addSuccess(op(rangeOf("a", "")))
                .addSuccess(op(rangeOf("b", "").setRevision(3)))
                .addSuccess(op(rangeOf("a", "\0").setCountOnly(true))));

    assertThat(answer.revision()).isEqualTo(4);
    assertThat(answer.txn().getSucceeded()).isTrue();
    for (var response : answer.txn().getResponsesList()) {
      assertThat(response.getResponseRange().getHeader().getRevision()).isEqualTo(4);
    }
    assertThat(answer.txn().getResponses(1).getResponseRange().getKvs(0).getVersion()).isEqualTo(1);
    assertThat(answer.txn().getResponses(2).getResponseRange().getCount()).isEqualTo(2);
  }

  @Test
  void allChangesOfATransactionCountAgainstWhatACommandMayChange() throws Exception {
    store.fill("many-", Write.MAX_CHANGES);
    long before = store.store.revision();
    long digest = store.store.digest();
    var all = txn().addSuccess(op(deleteOf("many-", "many.")));
    var tooMany = txn().addSuccess(op(putOf("a", "2"))).addSuccess(op(all));

    assertThat(store.txn(tooMany).failure()).isEqualTo(Failure.TOO_MANY_CHANGES);
    assertThat(store.store.revision()).isEqualTo(before);
    assertThat(store.store.digest()).isEqualTo(digest);
    var deleted = store.txn(txn().addSuccess(op(all))).txn().getResponses(0).getResponseTxn();
    assertThat(deleted.getResponses(0).getResponseDeleteRange().getDeleted())
        .isEqualTo(Write.MAX_CHANGES);
  }

  @Test
  void keptValuesCountByTheirBytes() {
    store.put("a", "x".repeat((int) Write.MAX_TAKEN_OVER / 2));
    store.put("b", "x".repeat((int) Write.MAX_TAKEN_OVER / 2 + 1));
    var keepBoth =
        txn()
            .addSuccess(op(putOf("a", "").setIgnoreValue(true)))
            .addSuccess(op(putOf("b", "").setIgnoreValue(true)));
    long before = store.store.revision();

    assertThat(store.txn(keepBoth).failure()).isEqualTo(Failure.TOO_MANY_CHANGES);
    assertThat(store.store.revision()).isEqualTo(before);
    assertThat(store.put(putOf("b", "").setIgnoreValue(true)).revision()).isEqualTo(before + 1);
  }

  @Test
  void whatKubernetesSendsWorks_etcd88() throws Exception {
    var create =
        txn()
            .addCompare(compare("k", CompareTarget.MOD, CompareResult.EQUAL).setModRevision(0))
            .addSuccess(op(putOf("k", "1")))
            .addFailure(op(rangeOf("k", "")));
    var created = store.txn(create);
    assertThat(created.txn().getResponses(0).getResponsePut().getHeader().getRevision())
        .isEqualTo(5);
    var again = store.txn(create).txn();
    assertThat(again.getSucceeded()).isFalse();
    assertThat(text(again.getResponses(0).getResponseRange().getKvs(0).getValue())).isEqualTo("1");

    var delete =
        txn()
            .addCompare(compare("k", CompareTarget.MOD, CompareResult.EQUAL).setModRevision(5))
            .addSuccess(op(deleteOf("k", "")))
            .addFailure(op(rangeOf("k", "")));
    assertThat(store.txn(delete).txn().getResponses(0).getResponseDeleteRange().getDeleted())
        .isEqualTo(1);
  }

  @Test
  void ofTwoReasonsEtcdsFirstIsTold() {
    var keeps = putOf("missing", "").setIgnoreValue(true).setLease(7);
    assertThat(store.put(keeps).failure()).isEqualTo(Failure.LEASE_NOT_FOUND);
    assertThat(store.txn(TxnRequest.newBuilder().addSuccess(op(keeps))).failure())
        .isEqualTo(Failure.KEY_NOT_FOUND);
    var ahead = op(rangeOf("a", "").setRevision(1_000));
    var leased =
        TxnRequest.newBuilder().addSuccess(ahead).addSuccess(op(putOf("a", "").setLease(7)));
    assertThat(store.txn(leased).failure()).isEqualTo(Failure.LEASE_NOT_FOUND);
  }
}
