package io.quorate.store;

import static io.quorate.store.StoreHarness.deleteOf;
import static io.quorate.store.StoreHarness.putOf;
import static io.quorate.store.StoreHarness.rangeOf;
import static io.quorate.store.StoreHarness.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.PutRequest;
import io.quorate.api.RangeRequest;
import io.quorate.api.RangeRequest.SortOrder;
import io.quorate.api.RangeRequest.SortTarget;
import io.quorate.api.RequestOp;
import io.quorate.api.TxnRequest;
import io.quorate.consensus.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An answer may take 1,000,000 bytes here, and 3,000 keys of 1,000 bytes each are stored.
class AnswerSizeTest {
  private static final int KEYS = 3_000;
  private static final int ANSWER = 1_000_000;

  private final StoreHarness store =
      new StoreHarness(
          new HeapEngines(), new KvStore.Limits(16 << 20, 16 << 20, 256, 1 << 20, ANSWER, 1000));

  private static String key(int i) {
    return "%06d".formatted(i);
  }

  @BeforeEach
  void fill() {
    for (int i = 0; i < KEYS; i++) {
      store.put(key(i), key(KEYS - i) + "x".repeat(994));
    }
    store.flush();
  }

  private static RangeRequest.Builder all() {
    return rangeOf("\0", "\0");
  }

  private static RangeRequest.Builder first(int keys) {
    return rangeOf(key(0), key(keys));
  }

  private static Bytes put(PutRequest.Builder request) {
    return StoreHarness.command(Command.Type.PUT, request.build());
  }

  private static TxnRequest.Builder txn(Object... ops) {
    var txn = TxnRequest.newBuilder();
    for (var op : ops) {
      var made = RequestOp.newBuilder();
      switch (op) {
        case RangeRequest.Builder range -> made.setRequestRange(range);
        case PutRequest.Builder put -> made.setRequestPut(put);
        case DeleteRangeRequest.Builder delete -> made.setRequestDeleteRange(delete);
        case TxnRequest.Builder within -> made.setRequestTxn(within);
        default -> throw new AssertionError(op);
      }
      txn.addSuccess(made);
    }
    return txn;
  }

  @Test
  void aRangeThatIsTooLargeIsRefused() throws Exception {
    assertThat(store.range(all()).failure()).isEqualTo(Failure.ANSWER_TOO_LARGE);
    assertThat(store.range(all().setRevision(KEYS)).failure()).isEqualTo(Failure.ANSWER_TOO_LARGE);
    assertThat(Failure.ANSWER_TOO_LARGE.text())
        .isEqualTo(
            "quorate: the answer would exceed the size limit of this node: use a limit or a smaller"
                + " range");
    assertThat(Failure.ANSWER_TOO_LARGE.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(store.range(first(970)).range().getKvsCount()).isEqualTo(970);
    assertThat(store.range(first(990)).failure()).isEqualTo(Failure.ANSWER_TOO_LARGE);
  }

  @Test
  void whatAnswersLittleWorksOnAnySize() throws Exception {
    assertThat(store.range(all().setCountOnly(true)).range().getCount()).isEqualTo(KEYS);
    var keysOnly = store.range(all().setKeysOnly(true)).range();
    assertThat(keysOnly.getKvsList().stream().map(kv -> text(kv.getKey())))
        .hasSize(KEYS)
        .isSorted()
        .contains(key(0), key(KEYS - 1));
    var limited = store.range(all().setLimit(900)).range();
    assertThat(limited.getKvsCount()).isEqualTo(900);
    assertThat(limited.getMore()).isTrue();
    assertThat(limited.getCount()).isEqualTo(KEYS);
    assertThat(text(limited.getKvs(899).getKey())).isEqualTo(key(899));
    assertThat(text(limited.getKvs(899).getValue())).startsWith(key(KEYS - 899));
  }

  @ParameterizedTest
  @EnumSource(
      value = SortTarget.class,
      names = {"KEY", "VERSION", "CREATE", "MOD"})
  void theFirstInAnyOrderOfNumbersAreFoundOnAnySize(SortTarget target) throws Exception {
    store.put(key(7), "twice");
    var newest =
        all().setSortTarget(target).setSortOrder(SortOrder.DESCEND).setKeysOnly(true).setLimit(2);
    var answer = store.range(newest).range();
    var expected =
        switch (target) {
          case VERSION -> List.of(key(7), key(0));
          case MOD -> List.of(key(7), key(KEYS - 1));
          default -> List.of(key(KEYS - 1), key(KEYS - 2));
        };

    assertThat(answer.getKvsList().stream().map(kv -> text(kv.getKey())))
        .containsExactlyElementsOf(expected);
    assertThat(answer.getMore()).isTrue();
    assertThat(answer.getCount()).isEqualTo(KEYS);
  }

  @Test
  void sortingMoreThanThereIsRoomForIsRefused() throws Exception {
    var byValue = all().setSortTarget(SortTarget.VALUE).setSortOrder(SortOrder.ASCEND);
    assertThat(store.range(byValue.setLimit(1)).failure()).isEqualTo(Failure.ANSWER_TOO_LARGE);
    var few = first(500).setSortTarget(SortTarget.VALUE).setSortOrder(SortOrder.ASCEND);
    assertThat(text(store.range(few.setLimit(1)).range().getKvs(0).getKey())).isEqualTo(key(499));

    for (int i = 0; i < 4_000; i++) {
      store.put("small-%06d".formatted(i), "");
    }
    var all = all().setSortOrder(SortOrder.DESCEND).setKeysOnly(true);
    assertThat(store.range(all.clone()).failure()).isEqualTo(Failure.ANSWER_TOO_LARGE);
    assertThat(store.range(all.setLimit(2_000)).range().getKvsCount()).isEqualTo(2_000);
  }

  @Test
  void aTransactionThatReadsIsMeasuredAsAWhole() throws Exception {
    assertThat(store.read(txn(first(400), first(400))).txn().getResponsesCount()).isEqualTo(2);
    assertThat(store.read(txn(first(600), first(600))).failure())
        .isEqualTo(Failure.ANSWER_TOO_LARGE);
  }

  @Test
  void aDeleteTakesEffectThoughItsAnswerIsTooLarge() throws Exception {
    long before = store.store.revision();
    var delete = deleteOf("\0", "\0").setPrevKv(true);

    assertThat(store.delete(delete).failure()).isEqualTo(Failure.WRITTEN_BUT_ANSWER_TOO_LARGE);
    assertThat(Failure.WRITTEN_BUT_ANSWER_TOO_LARGE.text())
        .isEqualTo(
            "quorate: the write took effect, but its answer would exceed the size limit of this"
                + " node");
    assertThat(store.store.revision()).isEqualTo(before + 1);
    assertThat(store.range(all()).range().getCount()).isZero();
  }

  @Test
  void aTransactionTakesEffectThoughItsAnswerIsTooLarge() throws Exception {
    long before = store.store.revision();
    var large =
        txn(
            putOf("a", "1"),
            txn(first(600)),
            putOf(key(1), "2").setPrevKv(true),
            first(600),
            deleteOf(key(2), key(5)).setPrevKv(true));

    assertThat(store.txn(large).failure()).isEqualTo(Failure.WRITTEN_BUT_ANSWER_TOO_LARGE);
    assertThat(store.store.revision()).isEqualTo(before + 1);
    assertThat(store.range("a", "b").range().getCount()).isEqualTo(1);
    assertThat(store.range(first(10)).range().getCount()).isEqualTo(7);
    assertThat(store.txn(txn(first(600), txn(first(600)))).failure())
        .isEqualTo(Failure.ANSWER_TOO_LARGE);
    assertThat(store.store.revision()).isEqualTo(before + 1);
  }

  @Test
  void whatChangesDoesNotDependOnTheLimit() {
    var other = new StoreHarness();
    other.entry(List.of());
    for (int i = 0; i < KEYS; i++) {
      other.put(key(i), key(KEYS - i) + "x".repeat(994));
    }
    var commands =
        List.of(
            put(putOf(key(3), "").setIgnoreValue(true).setPrevKv(true)),
            StoreHarness.command(
                Command.Type.TXN,
                txn(first(2_000), putOf(key(4), "").setIgnoreValue(true).setPrevKv(true)).build()),
            StoreHarness.command(
                Command.Type.DELETE_RANGE, deleteOf(key(5), key(2_000)).setPrevKv(true).build()));
    store.entry(commands);
    commands.forEach(command -> other.store.apply(command, false));

    assertThat(store.store.digest()).isEqualTo(other.store.digest());
  }

  @Test
  void theAnswersOfAnEntryAreMeasuredTogether() {
    var previous = put(putOf("large", "y".repeat(400_000)).setPrevKv(true));
    var answers = store.entry(List.of(previous, previous, previous, previous, put(putOf("a", ""))));

    assertThat(answers.stream().map(StoreHarness.Answer::failure))
        .containsExactly(null, null, null, Failure.WRITTEN_BUT_ANSWER_TOO_LARGE, null);
    assertThat(store.entry(List.of(previous)).getFirst().failure()).isNull();
  }

  @Test
  void readsThatWouldHaveToWaitAreRefusedPastABound() {
    var outcomes = new ArrayList<Outcome>();
    for (int i = 0; i < 9_998; i++) {
      store.store.range(StoreHarness.parsed(first(1)), outcomes::add);
    }
    store.store.range(StoreHarness.parsed(rangeOf("none", "")), outcomes::add);
    var hashes = new ArrayList<HashOutcome>();
    store.store.hash(0, hashes::add);
    assertThat(outcomes).isEmpty();
    assertThat(hashes).isEmpty();

    store.store.range(StoreHarness.parsed(first(1)), outcomes::add);
    store.store.range(StoreHarness.parsed(rangeOf("none either", "")), outcomes::add);
    store.store.hash(0, hashes::add);
    var refused = new Outcome.Failed(Failure.TOO_MANY_REQUESTS);
    assertThat(outcomes).containsExactly(refused, refused);
    assertThat(hashes).containsExactly(new HashOutcome.Failed(Failure.TOO_MANY_REQUESTS));
    store.put("at hand", "");
    store.store.range(StoreHarness.parsed(rangeOf("at hand", "")), outcomes::add);
    assertThat(outcomes.getLast()).isInstanceOf(Outcome.Done.class);
    store.settle();

    assertThat(outcomes).hasSize(10_002);
    assertThat(hashes).hasSize(2);
    assertThat(store.range(first(1)).failure()).isNull();
    assertThat(Failure.TOO_MANY_REQUESTS.text()).isEqualTo("etcdserver: too many requests");
  }

  @Test
  void shortReadsOfLargeValuesAreAllAnsweredInTurn() {
    for (int i = 0; i < 8; i++) {
      store.put("large-" + i, i + "y".repeat(400_000));
    }
    store.flush();
    var answered = new ArrayList<Integer>();
    for (int i = 0; i < 8; i++) {
      int number = i;
      store.store.range(
          StoreHarness.parsed(rangeOf("large-" + i, "").setRevision(store.store.revision() - 1)),
          outcome -> answered.add(number));
    }
    store.reader.work();
    store.reader.handOver();
    assertThat(answered).containsExactly(0);
    store.reader.work();
    store.reader.handOver();
    assertThat(answered).containsExactly(0, 1, 2, 3);
    store.settle();

    assertThat(answered).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void theLimitFollowsTheHeap() {
    assertThat(KvStore.Limits.ofHeap(1L << 20).answerBytes()).isEqualTo(16 << 20);
    assertThat(KvStore.Limits.ofHeap(1L << 30).answerBytes()).isEqualTo(128 << 20);
    assertThat(KvStore.Limits.ofHeap(1L << 40).answerBytes()).isEqualTo(1 << 30);
    assertThatThrownBy(() -> new KvStore.Limits(1, 1, 1, 1, (1L << 30) + 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
