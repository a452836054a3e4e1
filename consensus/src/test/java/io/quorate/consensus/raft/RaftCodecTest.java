package io.quorate.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Message;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Messages and records come back as they were, and any other bytes are refused with a sentence.
class RaftCodecTest {
  private static final ReplicaId VOTER = new ReplicaId(-5, 3);

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry(7, 2, new Payload.NoOp()),
          new Entry(
              8, 3, new Payload.Batch(new BatchId(VOTER, 4, 900), Bytes.utf8("some commands"))));

  private static final List<Message> MESSAGES =
      List.of(
          new RaftMessage.AskPreVote(1, 2, new Point(3, 4)),
          new RaftMessage.PreVoteAnswer(1, 2, true),
          new RaftMessage.AskVote(Long.MAX_VALUE, new Point(3, 4), true),
          new RaftMessage.VoteAnswer(1, false),
          new RaftMessage.Outdated(9),
          new RaftMessage.Append(3, 4, new Point(6, 2), ENTRIES, 5),
          new RaftMessage.Appended(3, 4, 8),
          new RaftMessage.Conflict(3, 4, 6, new Point(5, 1)),
          new RaftMessage.Decide(3, 8),
          new RaftMessage.Behind(3, 4, 100),
          new RaftMessage.Position(3, 4, 100),
          new RaftMessage.Confirm(3, 4),
          new RaftMessage.Confirmed(3, 4),
          new RaftMessage.TimeoutNow(3));

  private static final List<JournalRecord> RECORDS =
      List.of(
          new RaftRecord.Hard(3, null),
          new RaftRecord.Hard(3, VOTER),
          new RaftRecord.Log(7, ENTRIES),
          new RaftRecord.Log(7, List.of()));

  @Test
  void whatIsWrittenIsRead() throws Exception {
    for (var message : MESSAGES) {
      var codec = Raft.PROTOCOL.messages();
      assertThat(codec.decode(codec.encode(message))).isEqualTo(message);
    }
    for (var record : RECORDS) {
      var codec = Raft.PROTOCOL.records();
      assertThat(codec.decode(codec.encode(record))).isEqualTo(record);
    }
  }

  @Test
  void anyOtherBytesAreRefused() {
    var random = new Random(3);
    var all = new ArrayList<Bytes>();
    MESSAGES.forEach(message -> all.add(Raft.PROTOCOL.messages().encode(message)));
    RECORDS.forEach(record -> all.add(Raft.PROTOCOL.records().encode(record)));
    for (int i = 0; i < 200_000; i++) {
      var whole = all.get(random.nextInt(all.size()));
      var bytes =
          Arrays.copyOfRange(whole.array(), whole.offset(), whole.offset() + whole.length());
      if (random.nextBoolean()) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 3));
      }
      for (int j = random.nextInt(4); j > 0 && bytes.length > 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      tolerates(Raft.PROTOCOL.messages(), Bytes.of(bytes));
      tolerates(Raft.PROTOCOL.records(), Bytes.of(bytes));
    }
  }

  /// Whatever can be read at all reads as the same again once it is written.
  private static <T> void tolerates(Codec<T> codec, Bytes bytes) {
    try {
      var read = codec.decode(bytes);
      assertThat(codec.decode(codec.encode(read))).isEqualTo(read);
    } catch (MalformedException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
