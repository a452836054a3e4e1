package io.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.api.AlarmRequest;
import io.quorate.api.AlarmRequest.AlarmAction;
import io.quorate.api.AlarmType;
import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotTest {
  private final StoreHarness store = new StoreHarness();

  private List<StoreSnapshot.Part> parts() {
    var parts = new ArrayList<StoreSnapshot.Part>();
    store.store.snapshot(77, snapshot -> snapshot.measure(() -> take(snapshot, parts)));
    store.settle();
    return parts;
  }

  private static void take(StoreSnapshot snapshot, List<StoreSnapshot.Part> parts) {
    snapshot.next(part -> {
      parts.add(part);
      if (part.last()) {
        snapshot.close();
      } else {
        take(snapshot, parts);
      }
    });
  }

  private static byte[] file(List<StoreSnapshot.Part> parts) {
    var out = new WireWriter();
    parts.forEach(part -> out.raw(part.bytes()));
    return out.toBytes().toArray();
  }

  /// Gives a reader what is in a file; the trailer comes back.
  private static Bytes read(byte[] file, SnapshotReader reader) throws MalformedException {
    var in = new WireReader(Bytes.of(file));
    SnapshotReader.checkBeginning(in.u32(), in.u32());
    for (int length = in.u32(); length != 0; length = in.u32()) {
      reader.add(in.raw(length));
    }
    return Bytes.of(file).from(file.length - SnapshotFormat.TRAILER);
  }

  private void fill() {
    for (int i = 0; i < 3_000; i++) {
      store.put("k%04d".formatted(i % 1_000), "value " + i);
    }
    store.put("large", "x".repeat(200_000));
    store.delete("k0007");
    store.grant(5, 60);
    store.put(StoreHarness.putOf("leased", "x").setLease(5));
    store.compact(500);
    store.becomeLessor(1);
    store.apply(
        Command.Type.ALARM,
        AlarmRequest.newBuilder()
            .setAction(AlarmAction.ACTIVATE)
            .setMemberID(3)
            .setAlarm(AlarmType.CORRUPT)
            .build());
  }

  @Test
  void comesAsEtcdsClientsExpectIt() throws Exception { // etcd-M13, M14
    fill();
    var parts = parts();
    var file = file(parts);
    assertThat(file.length % 512).isEqualTo(32);
    long left = file.length - 32L;
    for (var part : parts.subList(0, parts.size() - 1)) {
      left -= part.bytes().length();
      assertThat(part.bytes().length()).isBetween(1, 32 << 10);
      assertThat(part.remaining()).isEqualTo(left);
    }
    assertThat(left).isZero();
    var digest = SnapshotFormat.digest();
    digest.update(file, 0, file.length - 32);
    assertThat(parts.getLast().bytes().toArray()).isEqualTo(digest.digest());
  }

  @Test
  void isOfOneMomentWhateverIsWrittenMeanwhile() throws Exception {
    fill();
    var expected = file(parts());
    var parts = new ArrayList<StoreSnapshot.Part>();
    store.store.snapshot(77, snapshot -> snapshot.measure(() -> take(snapshot, parts)));
    store.reader.work();
    store.delete("large");
    store.settle();
    assertThat(file(parts)).isEqualTo(expected);
  }

  /// Whoever begins snapshots and gives them up keeps nothing and nobody busy.
  @Test
  void isGivenUpWhileItIsMeasured() {
    for (int i = 0; i < 64; i++) {
      store.put("key" + i, "x".repeat(200_000));
    }
    var begun = new ArrayList<StoreSnapshot>();
    store.store.snapshot(77, begun::add);
    store.settle();
    var snapshot = begun.getFirst();
    snapshot.measure(() -> {
      throw new AssertionError("measured all the same");
    });
    store.reader.work();
    store.reader.handOver();
    snapshot.close();
    store.reader.work();
    store.reader.handOver();
    assertThat(store.reader.isIdle()).isTrue();
  }

  @Test
  void beginsANewStoreWithKeysPastAndLeasesAndNothingOfTheOldCluster() throws Exception {
    fill();
    var engines = new HeapEngines();
    var reader = new SnapshotReader(engines, "1");
    var trailer = read(file(parts()), reader);
    assertThat(reader.summary().head())
        .isEqualTo(new SnapshotFormat.Head(77, store.store.revision(), 500));
    reader.finish(trailer, 0, false);

    var restored = new StoreHarness(engines, KvStore.Limits.DEFAULT);
    assertThat(restored.store.durable().applied()).isEqualTo(Point.ORIGIN);
    assertThat(restored.store.revision()).isEqualTo(store.store.revision());
    assertThat(restored.all(0)).isEqualTo(store.all(0));
    assertThat(restored.all(700)).isEqualTo(store.all(700));
    assertThat(restored.hash(0)).isEqualTo(store.hash(0));
    assertThat(restored.store.leases()).isEqualTo(store.store.leases());
    assertThat(restored.leaseKeys(5)).containsExactly("leased");
    assertThat(restored.store.lessorship()).isEqualTo(Lessorship.NONE);
    assertThat(restored.store.alarms()).isEmpty();
    assertThat(restored.store.directory()).isEmpty();
    assertThat(store.store.origin()).isZero();
    assertThat(restored.store.origin()).isPositive();
    restored.put("k0007", "again");
    assertThat(restored.store.revision()).isEqualTo(store.store.revision() + 1);

    restored.install(restored.image(1_000), "2");
    assertThat(restored.store.origin()).as("travels with images").isPositive();
  }

  @Test
  void theRevisionCanBeRaisedAndThePastCompacted() throws Exception {
    fill();
    var file = file(parts());
    var engines = new HeapEngines();
    var plain = new SnapshotReader(new HeapEngines(), "1");
    plain.finish(read(file, plain), 0, false);
    var reader = new SnapshotReader(engines, "1");
    reader.finish(read(file, reader), 1_000, true);
    var restored = new StoreHarness(engines, KvStore.Limits.DEFAULT);
    restored.settle();
    assertThat(restored.store.revision()).isEqualTo(store.store.revision() + 1_000);
    assertThat(restored.store.compacted()).isEqualTo(restored.store.revision());
    assertThat(restored.all(0)).isEqualTo(store.all(0));
  }

  @Test
  void whatIsDamagedIsNotTaken() throws Exception {
    fill();
    var file = file(parts());
    for (int i = 0; i < file.length - 600; i += 997) {
      var damaged = file.clone();
      damaged[i] ^= 0x10;
      assertThatThrownBy(
              () -> {
                var reader = new SnapshotReader();
                read(damaged, reader);
                if (reader.summary().head().cluster() != 77
                    || reader.summary().head().compacted() != 500) {
                  throw new MalformedException("what only the SHA-256 covers");
                }
              })
          .isInstanceOf(MalformedException.class);
    }
  }
}
