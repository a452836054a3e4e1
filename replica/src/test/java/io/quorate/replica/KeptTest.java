package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.journal.FormatException;
import org.junit.jupiter.api.Test;

class KeptTest {
  @Test
  void whatANewerVersionKeptNamesBothFormats() {
    var kept = Bytes.of(new byte[] {2, 0, 0});
    assertThatThrownBy(() -> Kept.with(new StateMachine.Durable(new Point(7, 1), kept)))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("the replica's own state has format 2, and")
        .hasMessageContaining("reads format 1: run the version that wrote it");
  }
}
