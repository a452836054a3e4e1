package io.quorate.server.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.Batch;
import io.quorate.store.Engine.Family;
import io.quorate.store.EngineException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A read never meets a database that is closed: that would end the process without a word.
class RocksCloseTest {
  private static final Bytes KEY = Bytes.utf8("key");

  private final RocksPlace place;
  private final RocksEngine engine;

  RocksCloseTest(@TempDir Path directory) {
    place = new RocksPlace(directory);
    engine = (RocksEngine) place.open("1");
    var batch = new Batch();
    batch.put(Family.META, KEY, KEY);
    engine.write(batch);
  }

  @AfterEach
  void end() {
    place.end();
  }

  private static void refused(ThrowingCallable read) {
    assertThatThrownBy(read).isInstanceOf(EngineException.class).hasMessage("the store is closed");
  }

  @Test
  void whatComesAfterTheEndIsRefused() {
    engine.close();
    refused(engine::bytesOnDisk);
    refused(engine::bytesInUse);
    refused(engine::snapshot);
    refused(() -> engine.get(Family.META, KEY));
    refused(() -> engine.getAll(Family.META, List.of(KEY)));
    refused(() -> engine.cursor(Family.META, KEY, null));
    refused(() -> engine.durable(KEY));
  }

  @Test
  void whatHasBegunReadsToItsEnd() {
    var cursor = engine.cursor(Family.META, KEY, null);
    var snapshot = engine.snapshot();
    engine.close();
    assertThat(cursor.isValid()).isTrue();
    assertThat(cursor.value()).isEqualTo(KEY);
    cursor.close();
    cursor.close();
    assertThat(snapshot.get(Family.META, KEY)).isEqualTo(KEY);
    snapshot.close();
    snapshot.close();
    refused(engine::bytesOnDisk);
  }
}
