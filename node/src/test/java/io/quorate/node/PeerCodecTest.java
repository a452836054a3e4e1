package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.journal.DiskId;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What nodes say to each other comes back as it was, and any other bytes are refused with a
/// sentence.
class PeerCodecTest {
  private static final Hello HELLO = new Hello(-1, 2, 3, new DiskId(4, -5), 6, "0.1.0", "raft", 2);
  private static final BatchId BATCH = new BatchId(new ReplicaId(-7, 1), 8, 900);

  private static final List<Hello.Answer> ANSWERS =
      List.of(new Hello.Answer.Welcome(HELLO), new Hello.Answer.Refusal("its disk is another"));

  private static final List<GroupMessage> MESSAGES =
      Stream.<GroupMessage>concat(
              Stream.of(
                  new GroupMessage.Forward(new Payload.Batch(BATCH, Bytes.utf8("some commands"))),
                  new GroupMessage.AskBarrier(Long.MAX_VALUE),
                  new GroupMessage.BarrierReady(300, 1_000_000),
                  new GroupMessage.BarrierLost(0),
                  new GroupMessage.AskLessor(7, true, -3),
                  new GroupMessage.AskLessor(0, false, Long.MIN_VALUE),
                  new GroupMessage.LessorAnswer(300, new LeaseState(9_000_000_000L, -1)),
                  new GroupMessage.LessorAnswer(1, LeaseState.GONE),
                  new GroupMessage.NoLessor(5)),
              Arrays.stream(Refusal.values())
                  .map(why -> new GroupMessage.ForwardRefused(BATCH, why)))
          .toList();

  private static <T> void comesBack(Codec<T> codec, T value) throws MalformedException {
    assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    comesBack(Hello.CODEC, HELLO);
    for (var answer : ANSWERS) {
      comesBack(Hello.Answer.CODEC, answer);
    }
    for (var message : MESSAGES) {
      comesBack(GroupMessage.CODEC, message);
    }
  }

  @Test
  void anyOtherBytesAreRefused() {
    refuseOthers(Hello.CODEC, List.of(HELLO));
    refuseOthers(Hello.Answer.CODEC, ANSWERS);
    refuseOthers(GroupMessage.CODEC, MESSAGES);
  }

  /// Whatever can be read at all reads as the same again once it is written.
  private static <T> void refuseOthers(Codec<T> codec, List<? extends T> values) {
    var random = new Random(1);
    for (int i = 0; i < 50_000; i++) {
      var bytes = codec.encode(values.get(random.nextInt(values.size()))).toArray();
      for (int j = random.nextInt(4); j > 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        comesBack(codec, codec.decode(Bytes.of(bytes, 0, random.nextInt(bytes.length + 1))));
      } catch (MalformedException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  private static void refused(Codec<?> codec, Bytes bytes, String sentence) {
    assertThatThrownBy(() -> codec.decode(bytes))
        .isInstanceOf(MalformedException.class)
        .hasMessage(sentence);
  }

  @Test
  void whoIsNoNodeIsTold() {
    refused(Hello.CODEC, Bytes.utf8("GET / HTTP/1.1"), "this is no node of Quorate");
    refused(Hello.CODEC, Bytes.EMPTY, "ends 4 bytes too early");
  }

  @Test
  void anotherVersionOfTheProtocolIsNamedWithOurs() {
    var bytes = Hello.CODEC.encode(HELLO).toArray();
    bytes[4] = 2;
    refused(
        Hello.CODEC,
        Bytes.of(bytes),
        "it speaks version 2 of the peer protocol, this node version 1");
  }

  @Test
  void anUnknownKindIsNamed() {
    refused(Hello.Answer.CODEC, Bytes.of(new byte[] {3}), "no answer to a hello has kind 3");
    refused(GroupMessage.CODEC, Bytes.of(new byte[] {9}), "nodes have no message of kind 9");
    var refusal =
        GroupMessage.CODEC
            .encode(new GroupMessage.ForwardRefused(BATCH, Refusal.NOT_LEADER))
            .toArray();
    refusal[refusal.length - 1] = 5;
    refused(GroupMessage.CODEC, Bytes.of(refusal), "no refusal has number 5");
  }
}
