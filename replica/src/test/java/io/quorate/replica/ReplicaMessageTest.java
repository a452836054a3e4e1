package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What replicas say comes back as it was, and any other bytes are refused with a sentence.
class ReplicaMessageTest {
  private static final List<ReplicaMessage> MESSAGES =
      List.of(
          new ReplicaMessage.OfMachine(1, Bytes.utf8("in the protocol's own form")),
          new ReplicaMessage.Pull(1, Long.MAX_VALUE),
          new ReplicaMessage.Pulled(
              1,
              9,
              List.of(new Entry(8, 2, new Payload.NoOp()), new Entry(9, 3, new Payload.NoOp()))),
          new ReplicaMessage.Pulled(1, 9, List.of()),
          new ReplicaMessage.Offer(1, 300, 1, new Point(9, 3)),
          new ReplicaMessage.PullPiece(300, 0),
          new ReplicaMessage.Piece(300, 1, true, Bytes.utf8("a piece")),
          new ReplicaMessage.ImageGone(300));

  @Test
  void whatIsWrittenIsRead() throws Exception {
    for (var message : MESSAGES) {
      assertThat(ReplicaMessage.CODEC.decode(ReplicaMessage.CODEC.encode(message)))
          .isEqualTo(message);
    }
    assertThatThrownBy(() -> ReplicaMessage.CODEC.decode(Bytes.of(new byte[] {8, 1, 1})))
        .isInstanceOf(MalformedException.class)
        .hasMessage("replicas have no message of kind 8");
  }

  @Test
  void anyOtherBytesAreRefused() {
    var random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      var message = MESSAGES.get(random.nextInt(MESSAGES.size()));
      var bytes = ReplicaMessage.CODEC.encode(message).toArray();
      for (int j = random.nextInt(4); j > 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        var read =
            ReplicaMessage.CODEC.decode(Bytes.of(bytes, 0, random.nextInt(bytes.length + 1)));
        assertThat(ReplicaMessage.CODEC.decode(ReplicaMessage.CODEC.encode(read))).isEqualTo(read);
      } catch (MalformedException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void commandsOfABatchAreSplitAgain() throws Exception {
    for (var commands :
        List.of(
            List.<Bytes>of(),
            List.of(Bytes.EMPTY),
            List.of(Bytes.utf8("a"), Bytes.EMPTY, Bytes.of(new byte[300])))) {
      assertThat(Commands.split(Commands.join(commands))).isEqualTo(commands);
    }
    assertThatThrownBy(() -> Commands.split(Bytes.of(new byte[] {1, 'a', 2, 'b'})))
        .isInstanceOf(MalformedException.class)
        .hasMessage("claims 2 items in 1 bytes");
  }
}
