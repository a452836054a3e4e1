package io.quorate.consensus.zab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.quorate.consensus.zab.ZabMessage.Said;
import io.quorate.consensus.zab.ZabMessage.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Messages and records come back as they were, and any other bytes are refused with a sentence.
class ZabCodecTest {
  private static final ReplicaId VOTER = new ReplicaId(-5, 3);

  private static final Link LINK = new Link(3, 900);

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry(7, 2, new Payload.NoOp()),
          new Entry(
              8, 3, new Payload.Batch(new BatchId(VOTER, 4, 900), Bytes.utf8("some commands"))));

  private static final List<Entry> PROPOSED =
      List.of(new Entry(9, 4, new Payload.NoOp()), new Entry(10, 4, new Payload.NoOp()));

  private static final List<Message> MESSAGES =
      List.of(
          new ZabMessage.Notification(State.LOOKING, 7, 3, new Point(8, 3), VOTER, false, null),
          new ZabMessage.Notification(State.LEADING, 7, 3, new Point(8, 3), null, true, VOTER),
          new ZabMessage.Notification(State.FOLLOWING, 7, 3, new Point(8, 3), null, true, VOTER),
          new ZabMessage.CEpoch(LINK, Long.MAX_VALUE),
          new ZabMessage.AckEpoch(
              LINK, 4, true, 3, List.of(new Point(5, 2), new Point(7, 2), new Point(8, 3))),
          new ZabMessage.AckLeader(LINK, 4),
          new ZabMessage.Ack(LINK, 4, 10),
          new ZabMessage.Pong(LINK, 4, 5),
          said(new Said.NewEpoch()),
          said(new Said.Trunc(new Point(6, 2))),
          said(new Said.Diff(ENTRIES)),
          said(new Said.Behind(100)),
          said(new Said.NewLeader()),
          said(new Said.CommitLeader(8)),
          said(new Said.Propose(PROPOSED, 8)),
          said(new Said.Commit(10)),
          said(new Said.Ping(5, true)));

  private static final List<JournalRecord> RECORDS =
      List.of(
          new ZabRecord.Promised(4, 3),
          new ZabRecord.History(7, ENTRIES),
          new ZabRecord.History(7, List.of()),
          new ZabRecord.Truncated(7));

  private static Message said(Said said) {
    return new ZabMessage.FromLeader(LINK, 4, 12, said);
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    for (var message : MESSAGES) {
      var codec = Zab.PROTOCOL.messages();
      assertThat(codec.decode(codec.encode(message))).isEqualTo(message);
    }
    for (var record : RECORDS) {
      var codec = Zab.PROTOCOL.records();
      assertThat(codec.decode(codec.encode(record))).isEqualTo(record);
    }
  }

  @Test
  void anyOtherBytesAreRefused() {
    var random = new Random(3);
    var all = new ArrayList<Bytes>();
    MESSAGES.forEach(message -> all.add(Zab.PROTOCOL.messages().encode(message)));
    RECORDS.forEach(record -> all.add(Zab.PROTOCOL.records().encode(record)));
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
      tolerates(Zab.PROTOCOL.messages(), Bytes.of(bytes));
      tolerates(Zab.PROTOCOL.records(), Bytes.of(bytes));
    }
  }

  /// What no correct leader says is refused at the door.
  @Test
  void entriesOutOfOrderAreRefused() {
    for (var wrong :
        List.of(
            said(new Said.Propose(ENTRIES, 1)),
            said(new Said.Propose(PROPOSED.reversed(), 1)),
            said(new Said.Diff(ENTRIES.reversed())),
            said(new Said.Diff(List.of())),
            said(new Said.Diff(List.of(new Entry(9, 5, new Payload.NoOp())))),
            new ZabMessage.AckEpoch(LINK, 4, true, 3, List.of()),
            new ZabMessage.AckEpoch(LINK, 4, true, 3, List.of(new Point(5, 2), new Point(5, 3))),
            new ZabMessage.AckEpoch(LINK, 4, true, 3, List.of(new Point(5, 2), new Point(6, 1))))) {
      var codec = Zab.PROTOCOL.messages();
      assertThatThrownBy(() -> codec.decode(codec.encode(wrong)))
          .as("%s", wrong)
          .isInstanceOf(MalformedException.class);
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
