package io.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.consensus.wire.Bytes;
import io.quorate.journal.FormatException;
import io.quorate.store.Engine.Family;
import org.junit.jupiter.api.Test;

class FormatTest {
  private final Engine engine = new HeapEngines().open("1");

  @Test
  void anEngineIsClaimedOnceAndStaysReadable() {
    Meta.claim(engine);
    Meta.claim(engine);
    assertThat(engine.get(Family.META, Layout.META_FORMAT)).isEqualTo(Bytes.utf8("1"));
  }

  @Test
  void aStoreOfANewerFormatIsRefusedAndLeftAsItIs() {
    var batch = new Batch();
    batch.put(Family.META, Layout.META_FORMAT, Bytes.utf8("2"));
    engine.write(batch);
    assertThatThrownBy(() -> Meta.claim(engine))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "the store has format 2, and this version of Quorate reads format 1: run the version"
                + " that wrote it, or a newer one");
    assertThat(engine.get(Family.META, Layout.META_FORMAT)).isEqualTo(Bytes.utf8("2"));
  }
}
