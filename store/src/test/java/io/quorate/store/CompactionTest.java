package io.quorate.store;

import static io.quorate.store.StoreHarness.putOf;
import static io.quorate.store.StoreHarness.rangeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.api.CompactionRequest;
import io.quorate.api.RequestOp;
import io.quorate.api.TxnRequest;
import io.quorate.store.Engine.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CompactionTest {
  private final StoreHarness store = new StoreHarness();

  /// What stands in the engine for each change: revision, key, and whether it is a delete.
  private List<String> stored() throws Exception {
    store.flush();
    var stored = new ArrayList<String>();
    var engine = store.engines.open("1");
    try (var changes = new EngineKeys(engine).changes(0)) {
      while (changes.next()) {
        var version = KeyValues.version(changes.keyValue(), changes.sub());
        stored.add(
            "%d.%d %s%s"
                .formatted(
                    changes.mod(),
                    changes.sub(),
                    KeyValues.key(changes.keyValue()),
                    version.isDelete() ? " deleted" : ""));
      }
    }
    store.crash("1");
    store.settle();
    return stored;
  }

  private int indexEntries() {
    store.flush();
    int entries = 0;
    try (var cursor =
        store.engines.open("1").cursor(Family.IDX, io.quorate.consensus.wire.Bytes.EMPTY, null)) {
      for (; cursor.isValid(); cursor.next()) {
        entries++;
      }
    }
    store.crash("1");
    return entries;
  }

  @Test
  void longKeysAreRemovedAFewAtATime() throws Exception {
    var key = "k".repeat(600_000);
    for (int i = 0; i < 9; i++) {
      store.put(key, "");
    }
    store.store.drain();
    store.settle();
    store.compact(10);
    int tasks = 0;
    while (store.storage.work()) {
      store.storage.handOver();
      tasks++;
    }

    assertThat(tasks).isGreaterThanOrEqualTo(5);
    assertThat(stored()).hasSize(1);
  }

  @Test
  void onlyAPastRevisionCanBeCompactedAndOnlyOnce_etcd89() {
    store.put("a", "1");
    store.put("a", "2");

    assertThat(store.compact(4).failure()).isEqualTo(Failure.FUTURE_REVISION);
    assertThat(store.compact(2).failure()).isNull();
    assertThat(store.compact(2).failure()).isEqualTo(Failure.COMPACTED);
    assertThat(store.compact(1).failure()).isEqualTo(Failure.COMPACTED);
    assertThat(store.compact(3).failure()).isNull();
  }

  @Test
  void theNewestRevisionCanBeCompactedAndAllKeysStayReadable_etcd89() throws Exception {
    store.put("a", "1");
    store.put("b", "2");
    store.compact(3);
    store.settle();

    assertThat(store.all(0)).containsExactly("a=1", "b=2");
    assertThat(store.all(3)).containsExactly("a=1", "b=2");
    assertThat(store.store.compacted()).isEqualTo(3);
  }

  @Test
  void zeroCanBeCompactedOnceOnAFreshStore_etcd90() {
    assertThat(store.store.compacted()).isEqualTo(-1);
    assertThat(store.compact(-1).failure()).isEqualTo(Failure.COMPACTED);
    assertThat(store.compact(0).failure()).isNull();
    assertThat(store.compact(0).failure()).isEqualTo(Failure.COMPACTED);
    assertThat(store.compact(-1).failure()).isEqualTo(Failure.COMPACTED);
  }

  @Test
  void readsFeelItAtOnce_etcd91() throws Exception {
    store.put("a", "1");
    store.put("a", "2");
    store.put("a", "3");
    store.compact(3);

    assertThat(store.range(rangeOf("a", "").setRevision(2)).failure()).isEqualTo(Failure.COMPACTED);
    assertThat(store.range(rangeOf("a", "b").setRevision(2)).failure())
        .isEqualTo(Failure.COMPACTED);
    assertThat(store.range(rangeOf("a", "").setRevision(3)).failure()).isNull();
    assertThat(store.all(4)).containsExactly("a=3");
  }

  @Test
  void aReadOfTheNewestIsNeverToldThatItsRevisionIsGone() {
    store.put("a", "1");
    var answered = new ArrayList<Outcome>();
    store.store.range(StoreHarness.parsed(rangeOf("a", "z")), answered::add);
    store.put("a", "2");
    store.put("a", "3");
    store.compact(4);
    store.settle();

    assertThat(answered).hasSize(1);
    assertThat(answered.getFirst()).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void aReadIsJudgedByTheStateThatItReads_etcd198() {
    store.put("a", "1");
    store.put("a", "2");
    var answered = new ArrayList<Outcome>();
    store.store.range(StoreHarness.parsed(rangeOf("a", "z").setRevision(2)), answered::add);
    store.compact(3);
    while (!store.storage.isIdle()) {
      store.storage.work();
      store.storage.handOver();
    }
    store.settle();

    assertThat(answered).containsExactly(new Outcome.Failed(Failure.COMPACTED));
  }

  @Test
  void physicalIsAnsweredOnceAllIsRemovedAndDurable_etcd92() throws Exception {
    for (int i = 0; i < 2_500; i++) {
      store.put("a", "x");
    }
    store.apply(
        Command.Type.COMPACT,
        CompactionRequest.newBuilder().setRevision(2_501).setPhysical(true).build());
    var removed = new AtomicBoolean();
    store.store.onceCompacted(2_501, () -> removed.set(true));
    assertThat(removed.get()).isFalse();
    store.settle();

    assertThat(removed.get()).isTrue();
    store.crash("1");
    assertThat(stored()).containsExactly("2501.0 a");

    var again = new AtomicBoolean();
    store.store.onceCompacted(2_501, () -> again.set(true));
    store.settle();
    assertThat(again.get()).isTrue();
  }

  @Test
  void ofEachKeyTheNewestStaysUnlessItIsAnOlderDelete_etcd93() throws Exception {
    store.put("a", "1"); // 2
    store.put("a", "2"); // 3
    store.put("b", "1"); // 4
    store.delete("b"); // 5
    store.put("c", "1"); // 6
    store.delete("c"); // 7, at the compaction
    store.put("d", "1"); // 8
    store.put("a", "3"); // 9
    store.compact(7);
    store.settle();

    assertThat(stored()).containsExactly("3.0 a", "7.0 c deleted", "8.0 d", "9.0 a");
    assertThat(indexEntries()).isEqualTo(4);
    assertThat(store.all(7)).containsExactly("a=2");
    var kv = store.range(rangeOf("a", "").setRevision(7)).range().getKvs(0);
    assertThat(kv.getCreateRevision()).isEqualTo(2);
    assertThat(kv.getVersion()).isEqualTo(2);
  }

  @Test
  void aDeleteKeptAtACompactionGoesWithTheNext_etcd199() throws Exception {
    store.put("a", "1");
    store.delete("a"); // 3
    store.put("b", "1"); // 4
    store.compact(3);
    store.settle();
    assertThat(stored()).containsExactly("3.0 a deleted", "4.0 b");

    store.compact(4);
    store.settle();
    assertThat(stored()).containsExactly("4.0 b");
    assertThat(indexEntries()).isEqualTo(1);
  }

  @Test
  void aKeyDeletedAndPutInOneRevisionKeepsOnlyTheLast() throws Exception {
    store.put("a", "1");
    store.txn(
        TxnRequest.newBuilder()
            .addSuccess(
                RequestOp.newBuilder().setRequestDeleteRange(StoreHarness.deleteOf("a", "\0")))
            .addSuccess(RequestOp.newBuilder().setRequestPut(putOf("a", "2"))));
    store.compact(3);
    store.settle();

    assertThat(stored()).containsExactly("3.1 a");
    assertThat(indexEntries()).isEqualTo(1);
  }

  @Test
  void compactionsThatFollowEachOtherFasterThanRemovalAreAllCarriedOut() throws Exception {
    for (int i = 0; i < 3_000; i++) {
      store.put("k" + i % 7, "x");
      if (i % 500 == 499) {
        store.compact(store.store.revision());
        store.storage.work();
        store.storage.handOver();
      }
    }
    store.compact(store.store.revision());
    store.settle();

    assertThat(stored()).hasSize(7);
    assertThat(indexEntries()).isEqualTo(7);
  }

  @Test
  void removalGoesOnAfterACrash_etcd94() throws Exception {
    for (int i = 0; i < 5_000; i++) {
      store.put("k" + i % 5, "x");
    }
    store.compact(5_000);
    store.store.drain();
    store.storage.work(); // takes it into the engine
    store.storage.handOver();
    store.storage.work(); // the first step
    store.storage.handOver();
    store.store.flush(() -> {});
    store.storage.work(); // the second step
    store.storage.work(); // the flush
    store.crash("1");

    assertThat(store.store.compacted()).isEqualTo(5_000);
    assertThat(store.range(rangeOf("k0", "").setRevision(4_999)).failure())
        .isEqualTo(Failure.COMPACTED);
    store.settle();
    assertThat(stored()).hasSize(6);
  }

  @Test
  void theRevisionSurvivesTheCompactionOfTrailingDeletes_etcd200() throws Exception {
    store.put("a", "1");
    store.delete("a");
    store.put("b", "1");
    store.delete("b"); // 5
    store.compact(5);
    store.flush();
    store.crash("1");
    store.settle();

    assertThat(store.store.revision()).isEqualTo(5);
    assertThat(store.put("c", "1").revision()).isEqualTo(6);
  }

  @Test
  void theAnswersRevisionIsTheStores_etcd96() {
    store.put("a", "1");
    store.put("a", "2");

    assertThat(store.compact(2).revision()).isEqualTo(3);
  }
}
