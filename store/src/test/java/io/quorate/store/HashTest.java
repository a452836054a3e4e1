package io.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.api.HashKVResponse;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class HashTest {
  private final StoreHarness store = new StoreHarness();

  private StoreHash hash(long revision) {
    if (store.hash(revision) instanceof StoreHash hash) {
      return hash;
    }
    throw new AssertionError("no hash at " + revision);
  }

  private void fill() {
    for (int i = 0; i < 20; i++) {
      store.put("k" + i % 6, "v" + i);
      if (i % 7 == 6) {
        store.delete("k" + i % 6);
      }
    }
  }

  @Test
  void itSaysWhatItIsAbout_etcd97() throws Exception {
    fill(); // up to 23
    var hash = hash(0);

    assertThat(hash.revision()).isEqualTo(23);
    assertThat(hash.newest()).isEqualTo(23);
    assertThat(hash.compacted()).isEqualTo(-1);
    assertThat(hash(10).revision()).isEqualTo(10);
    assertThat(hash(10).newest()).isEqualTo(23);
    assertThat(HashKVResponse.parseFrom(hash(10).body().toArray()))
        .isEqualTo(
            HashKVResponse.newBuilder()
                .setHash(hash(10).hash())
                .setCompactRevision(-1)
                .setHashRevision(10)
                .build());
  }

  @Test
  void itNeedsARevisionThatIsThere_etcd97() {
    fill();
    store.compact(9);

    assertThat(store.hash(24)).isEqualTo(new HashOutcome.Failed(Failure.FUTURE_REVISION));
    assertThat(store.hash(8)).isEqualTo(new HashOutcome.Failed(Failure.COMPACTED));
    assertThat(hash(9).compacted()).isEqualTo(9);
  }

  @Test
  void everyRevisionHasAnotherHash() {
    fill();
    var seen = new HashSet<Integer>();
    for (long revision = 1; revision <= 23; revision++) {
      assertThat(hash(revision).hash()).isNotZero();
      assertThat(seen.add(hash(revision).hash())).isTrue();
    }
  }

  @Test
  void itIsTheSameAgainAfterARestartAndOnAnotherReplica_etcd100() throws Exception {
    fill();
    store.compact(9);
    var before = hash(15);
    var image = store.image(100);

    assertThat(hash(15)).isEqualTo(before);
    store.flush();
    store.crash("1");
    assertThat(hash(15)).isEqualTo(before);
    var other = new StoreHarness();
    other.install(image, "2");
    assertThat(other.hash(15)).isEqualTo(before);
  }

  @Test
  void itDoesNotDependOnHowFarRemovalHasCome() {
    for (int i = 0; i < 4_000; i++) {
      store.put("k" + i % 11, "v" + i);
    }
    store.store.drain();
    store.settle();
    store.compact(3_500);
    store.store.drain();
    long digest = store.store.digest();
    store.storage.work();
    store.storage.handOver();
    int hash = 0;
    while (!store.storage.isIdle()) {
      var slot =
          new Object() {
            int hash;
          };
      store.store.hash(
          0, outcome -> slot.hash = outcome instanceof StoreHash found ? found.hash() : 0);
      store.reader.work();
      store.reader.handOver();
      assertThat(slot.hash).isNotZero();
      assertThat(hash == 0 || hash == slot.hash).isTrue();
      assertThat(store.store.digest()).isEqualTo(digest);
      hash = slot.hash;
      store.storage.work();
      store.storage.handOver();
    }
    assertThat(hash(0).hash()).isEqualTo(hash);
  }
}
