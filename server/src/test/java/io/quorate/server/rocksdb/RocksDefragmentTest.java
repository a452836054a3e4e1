package io.quorate.server.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.Batch;
import io.quorate.store.Engine.Family;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksDefragmentTest {
  private static final Bytes KEY = Bytes.utf8("key");

  private final RocksPlace place;
  private final RocksEngine engine;

  RocksDefragmentTest(@TempDir Path directory) {
    place = new RocksPlace(directory);
    engine = (RocksEngine) place.open("1");
  }

  @AfterEach
  void end() {
    place.end();
  }

  @Test
  void roomOfWhatWasRemovedComesBack() throws Exception {
    var random = new Random(1);
    for (int i = 0; i < 40; i++) {
      var batch = new Batch();
      var value = new byte[1_000_000];
      random.nextBytes(value);
      batch.put(Family.REV, Bytes.utf8("%03d".formatted(i)), Bytes.of(value));
      engine.write(batch);
    }
    engine.flush();
    for (int i = 0; i < 40; i++) {
      var batch = new Batch();
      batch.remove(Family.REV, Bytes.utf8("%03d".formatted(i)));
      engine.write(batch);
    }
    assertThat(engine.bytesOnDisk()).isGreaterThan(39_000_000);
    engine.defragment();
    for (int i = 0; i < 3_000 && engine.bytesOnDisk() >= 1_000_000; i++) {
      Thread.sleep(10);
    }
    assertThat(engine.bytesOnDisk()).isLessThan(1_000_000);
    for (int i = 0; i < 3_000 && engine.times().defragmenting() > 0; i++) {
      Thread.sleep(10);
    }
    assertThat(engine.times().defragmenting()).isZero();
    assertThat(engine.times().defragmentations().count()).isEqualTo(1);
    assertThat(engine.times().defragmentations().sum()).isPositive();
  }

  /// A write that comes while families are rewritten must not become durable in one of them alone.
  @Test
  void rewritingOneFamilyMakesAllDurableOrNone() throws Exception {
    for (var family : Family.values()) {
      var batch = new Batch();
      for (var each : Family.values()) {
        batch.put(each, KEY, Bytes.utf8(family.name()));
      }
      engine.write(batch);
      engine.database().compactRange(engine.handle(family));
      assertThat(engine.durable(KEY)).isEqualTo(Bytes.utf8(family.name()));
    }
  }

  @Test
  void anEngineThatClosesMeanwhileEndsInGoodOrder() {
    var batch = new Batch();
    batch.put(Family.META, KEY, KEY);
    engine.write(batch);
    engine.defragment();
    engine.defragment();
  }
}
