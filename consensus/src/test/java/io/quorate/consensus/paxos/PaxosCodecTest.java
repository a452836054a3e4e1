package io.quorate.consensus.paxos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Message;
import io.quorate.consensus.Payload;
import io.quorate.consensus.ReadId;
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
class PaxosCodecTest {
  private static final ReplicaId VOTER = new ReplicaId(-5, 3);

  private static final Payload BATCH =
      new Payload.Batch(new BatchId(VOTER, 4, 900), Bytes.utf8("some commands"));

  private static final List<Entry> ENTRIES =
      List.of(new Entry(7, 0, new Payload.NoOp()), new Entry(8, 0, BATCH));

  private static final List<Entry> WITH_GAP =
      List.of(new Entry(7, 0, new Payload.NoOp()), new Entry(9, 0, BATCH));

  private static final Ballot BALLOT = new Ballot(12, 3);

  private static final List<Message> MESSAGES =
      List.of(
          new PaxosMessage.AskSilent(Ballot.NONE, 2),
          new PaxosMessage.SilentAnswer(BALLOT, 2, true),
          new PaxosMessage.Prepare(BALLOT, 4, true),
          new PaxosMessage.Promise(
              BALLOT,
              4,
              5,
              List.of(
                  new Proposal(Ballot.CHOSEN, ENTRIES.getFirst()),
                  new Proposal(new Ballot(11, 2), ENTRIES.getLast())),
              PaxosMessage.Promise.END),
          new PaxosMessage.Outdated(BALLOT),
          new PaxosMessage.Accept(BALLOT, 3, WITH_GAP, 6),
          new PaxosMessage.Accepted(BALLOT, 3, List.of(new Slots(7, 7), new Slots(9, 12)), 6),
          new PaxosMessage.Commit(BALLOT, 8),
          new PaxosMessage.Check(BALLOT, 3, 8),
          new PaxosMessage.Checked(BALLOT, 3, 8),
          new PaxosMessage.TakeOver(BALLOT),
          new PaxosMessage.Learn(3, 8),
          new PaxosMessage.Learnt(ENTRIES),
          new PaxosMessage.Behind(100),
          new PaxosMessage.AskAccepted(new ReadId(1, 2)),
          new PaxosMessage.HighestAccepted(new ReadId(1, 2), 9),
          new PaxosMessage.Fill(9));

  private static final List<JournalRecord> RECORDS =
      List.of(
          new PaxosRecord.Promised(BALLOT),
          new PaxosRecord.Accepted(BALLOT, WITH_GAP),
          new PaxosRecord.Learnt(ENTRIES));

  /// What Paxos's own rules forbid, though every number in it is well formed.
  private static final List<Message> FORBIDDEN =
      List.of(
          new PaxosMessage.Prepare(new Ballot(12, 0), 4, true),
          new PaxosMessage.Outdated(Ballot.CHOSEN),
          new PaxosMessage.Accept(BALLOT, 3, List.of(new Entry(7, 1, new Payload.NoOp())), 6),
          new PaxosMessage.Accept(BALLOT, 3, ENTRIES.reversed(), 6),
          new PaxosMessage.Accepted(BALLOT, 3, List.of(new Slots(7, 6)), 6),
          new PaxosMessage.Learnt(WITH_GAP),
          new PaxosMessage.Learnt(List.of()),
          new PaxosMessage.Promise(
              BALLOT, 4, 7, List.of(new Proposal(BALLOT, ENTRIES.getFirst())), 9),
          new PaxosMessage.Promise(
              BALLOT, 4, 0, List.of(new Proposal(new Ballot(13, 1), ENTRIES.getFirst())), 9),
          new PaxosMessage.Promise(
              BALLOT, 4, 0, List.of(new Proposal(BALLOT, ENTRIES.getFirst())), 7));

  @Test
  void whatNoMemberMaySayIsRefused() {
    var codec = MultiPaxos.PROTOCOL.messages();
    for (var message : FORBIDDEN) {
      assertThatThrownBy(() -> codec.decode(codec.encode(message)))
          .as("%s", message)
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void ballotsOrderLikeTheirNumbers() {
    var ascending =
        List.of(
            Ballot.NONE,
            new Ballot(0, 2),
            new Ballot(1, 1),
            new Ballot(1, 1000),
            new Ballot(2, 1),
            Ballot.CHOSEN);
    assertThat(ascending).isSorted();
    for (var ballot : ascending) {
      assertThat(Ballot.of(ballot.number())).isEqualTo(ballot);
      assertThat(ballot.next(5)).isGreaterThan(ballot);
      if (ballot.equals(new Ballot(2, 1))) {
        break;
      }
    }
    assertThat(Ballot.atLeast(8, 2)).isEqualTo(new Ballot(1, 2));
    assertThat(Ballot.atLeast(1, 2)).isEqualTo(new Ballot(0, 2));
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    for (var message : MESSAGES) {
      var codec = MultiPaxos.PROTOCOL.messages();
      assertThat(codec.decode(codec.encode(message))).isEqualTo(message);
    }
    for (var record : RECORDS) {
      var codec = MultiPaxos.PROTOCOL.records();
      assertThat(codec.decode(codec.encode(record))).isEqualTo(record);
    }
  }

  @Test
  void anyOtherBytesAreRefused() {
    var random = new Random(3);
    var all = new ArrayList<Bytes>();
    MESSAGES.forEach(message -> all.add(MultiPaxos.PROTOCOL.messages().encode(message)));
    RECORDS.forEach(record -> all.add(MultiPaxos.PROTOCOL.records().encode(record)));
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
      tolerates(MultiPaxos.PROTOCOL.messages(), Bytes.of(bytes));
      tolerates(MultiPaxos.PROTOCOL.records(), Bytes.of(bytes));
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
