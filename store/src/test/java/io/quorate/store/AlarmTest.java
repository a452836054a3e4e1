package io.quorate.store;

import static io.quorate.store.StoreHarness.deleteOf;
import static io.quorate.store.StoreHarness.putOf;
import static io.quorate.store.StoreHarness.rangeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.api.AlarmMember;
import io.quorate.api.AlarmRequest;
import io.quorate.api.AlarmRequest.AlarmAction;
import io.quorate.api.AlarmResponse;
import io.quorate.api.AlarmType;
import io.quorate.api.RequestOp;
import io.quorate.api.TxnRequest;
import io.quorate.consensus.wire.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AlarmTest {
  private final StoreHarness store = new StoreHarness();

  private StoreHarness.Answer change(AlarmAction action, long node, AlarmType type) {
    return store.apply(
        Command.Type.ALARM,
        AlarmRequest.newBuilder().setAction(action).setMemberID(node).setAlarm(type).build());
  }

  private List<AlarmMember> raise(long node, AlarmType type) throws Exception {
    return alarms(change(AlarmAction.ACTIVATE, node, type));
  }

  private List<AlarmMember> end(long node, AlarmType type) throws Exception {
    return alarms(change(AlarmAction.DEACTIVATE, node, type));
  }

  private static List<AlarmMember> alarms(StoreHarness.Answer answer) throws Exception {
    assertThat(answer.failure()).isNull();
    return AlarmResponse.parseFrom(answer.body().toArray()).getAlarmsList();
  }

  private static AlarmMember alarm(long node, AlarmType type) {
    return AlarmMember.newBuilder().setMemberID(node).setAlarm(type).build();
  }

  private static RequestOp puts() {
    return RequestOp.newBuilder().setRequestPut(putOf("t", "x")).build();
  }

  private static RequestOp deletes() {
    return RequestOp.newBuilder().setRequestDeleteRange(deleteOf("t", "")).build();
  }

  private static RequestOp reads() {
    return RequestOp.newBuilder().setRequestRange(rangeOf("t", "")).build();
  }

  private static RequestOp within(TxnRequest.Builder txn) {
    return RequestOp.newBuilder().setRequestTxn(txn).build();
  }

  // Raising and ending

  @Test
  void anAlarmIsAnsweredHoweverOftenItIsRaised() throws Exception { // etcd-M5
    assertThat(raise(0, AlarmType.NOSPACE)).containsExactly(alarm(0, AlarmType.NOSPACE));
    assertThat(raise(0, AlarmType.NOSPACE)).containsExactly(alarm(0, AlarmType.NOSPACE));
    assertThat(store.store.alarms()).containsExactly(new Alarm(0, Alarm.NO_SPACE));
    assertThat(store.store.revision()).isEqualTo(1); // etcd-6
  }

  @Test
  void anAlarmOfNoTypeIsNone() throws Exception { // etcd-M5
    assertThat(raise(7, AlarmType.NONE)).isEmpty();
    assertThat(store.store.alarms()).isEmpty();
  }

  @Test
  void onlyTheVeryAlarmIsEnded() throws Exception { // etcd-M5
    raise(7, AlarmType.NOSPACE);
    assertThat(end(8, AlarmType.NOSPACE)).isEmpty();
    assertThat(end(7, AlarmType.CORRUPT)).isEmpty();
    assertThat(end(0, AlarmType.NONE)).isEmpty();
    assertThat(store.store.alarms()).hasSize(1);
    assertThat(end(7, AlarmType.NOSPACE)).containsExactly(alarm(7, AlarmType.NOSPACE));
    assertThat(store.store.alarms()).isEmpty();
  }

  @Test
  void thereAreNotMoreAlarmsThanANodeCanHold() throws Exception {
    for (int i = 0; i < Alarms.MAX; i++) {
      raise(i, AlarmType.NOSPACE);
    }
    assertThat(change(AlarmAction.ACTIVATE, -1, AlarmType.NOSPACE).failure())
        .isEqualTo(Failure.TOO_MANY_ALARMS);
    raise(3, AlarmType.NOSPACE);
    end(3, AlarmType.NOSPACE);
    raise(-1, AlarmType.NOSPACE);
    assertThat(store.store.alarms()).hasSize(Alarms.MAX);
  }

  // What is refused

  private @Nullable Failure ofTxn(RequestOp success, RequestOp failure) {
    return store.txn(TxnRequest.newBuilder().addSuccess(success).addFailure(failure)).failure();
  }

  @Test
  void withoutSpaceOnlyWhatPutsIsRefused() throws Exception { // etcd-24, M7
    store.put("a", "x");
    store.grant(3, 60);
    raise(7, AlarmType.NOSPACE);
    assertThat(store.put("b", "x").failure()).isEqualTo(Failure.NO_SPACE);
    assertThat(store.grant(4, 60).failure()).isEqualTo(Failure.NO_SPACE);
    assertThat(ofTxn(reads(), puts())).isEqualTo(Failure.NO_SPACE);
    assertThat(ofTxn(deletes(), within(TxnRequest.newBuilder().addFailure(puts()))))
        .isEqualTo(Failure.NO_SPACE);
    assertThat(ofTxn(reads(), deletes())).isNull();
    assertThat(store.delete("a").failure()).isNull();
    assertThat(store.compact(3).failure()).isNull();
    assertThat(store.revoke(3).failure()).isNull();
    assertThat(store.range("\0", "\0").range().getCount()).isZero();
    end(7, AlarmType.NOSPACE);
    assertThat(store.put("b", "x").failure()).isNull();
  }

  @Test
  void whereDataDiffersNothingIsWritten() throws Exception { // etcd-25, M8
    store.put("a", "x");
    store.grant(3, 60);
    store.becomeLessor(1);
    raise(7, AlarmType.CORRUPT);
    assertThat(store.put("b", "x").failure()).isEqualTo(Failure.CORRUPT);
    assertThat(store.delete("a").failure()).isEqualTo(Failure.CORRUPT);
    assertThat(ofTxn(reads(), deletes())).isEqualTo(Failure.CORRUPT);
    assertThat(store.compact(2).failure()).isEqualTo(Failure.CORRUPT);
    assertThat(store.grant(4, 60).failure()).isEqualTo(Failure.CORRUPT);
    assertThat(store.revoke(3).failure()).isEqualTo(Failure.CORRUPT);
    assertThat(store.expire(1, 3L).failure()).isEqualTo(Failure.CORRUPT);
    assertThat(store.all(0)).containsExactly("a=x");
    assertThat(store.store.leases()).containsOnlyKeys(3L);
    assertThat(Failure.CORRUPT.code()).isEqualTo(Code.DATA_LOSS);
    assertThat(Failure.CORRUPT.text()).isEqualTo("etcdserver: corrupt cluster");
  }

  @Test
  void ofTwoAlarmsTheGraverOneSpeaksAndTheOtherOneStays() throws Exception { // etcd-M8
    raise(7, AlarmType.NOSPACE);
    raise(7, AlarmType.CORRUPT);
    assertThat(store.put("b", "x").failure()).isEqualTo(Failure.CORRUPT);
    end(7, AlarmType.CORRUPT);
    assertThat(store.put("b", "x").failure()).isEqualTo(Failure.NO_SPACE);
    assertThat(Failure.NO_SPACE.text()).isEqualTo("etcdserver: mvcc: database space exceeded");
  }

  // Cost

  @Test
  void aTransactionCostsAsMuchAsItsDearerBranch() throws Exception { // etcd-23
    var put = Request.Put.read(Bytes.of(putOf("ab", "xyz").build().toByteArray()));
    assertThat(Space.cost(put)).isEqualTo(261);
    assertThat(Space.cost(new Request.LeaseGrant(60, 1))).isEqualTo(64);
    var nested = new Request.Txn(List.of(), List.of(put), List.of(put, put));
    assertThat(Space.cost(new Request.Txn(List.of(), List.of(put), List.of(put, nested))))
        .isEqualTo(3 * 261);
    assertThat(Space.cost(new Request.Txn(List.of(), List.of(), List.of()))).isZero();
    assertThat(Space.cost(new Request.Compact(1, true))).isZero();
  }

  // What stays

  @Test
  void alarmsOutliveACrashAndTravelWithImages() throws Exception { // etcd-M5
    long before = store.store.digest();
    raise(-7, AlarmType.NOSPACE);
    raise(7, AlarmType.CORRUPT);
    end(7, AlarmType.CORRUPT);
    long digest = store.store.digest();
    assertThat(digest).isNotEqualTo(before);
    store.flush();
    store.crash("1");
    assertThat(store.store.alarms()).containsExactly(new Alarm(-7, Alarm.NO_SPACE));
    assertThat(store.store.digest()).isEqualTo(digest);
    store.install(store.image(10), "2");
    assertThat(store.store.alarms()).containsExactly(new Alarm(-7, Alarm.NO_SPACE));
    assertThat(store.store.digest()).isEqualTo(digest);
    assertThat(store.put("b", "x").failure()).isEqualTo(Failure.NO_SPACE);
  }
}
