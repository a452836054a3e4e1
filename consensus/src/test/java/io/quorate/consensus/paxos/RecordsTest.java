package io.quorate.consensus.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Payload;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordsTest {
  private static final Ballot FIRST = new Ballot(1, 1);
  private static final Ballot SECOND = new Ballot(2, 2);

  private static Entry entry(long slot, String value) {
    var id = new BatchId(new ReplicaId(1, 1), 1, slot);
    return new Entry(slot, 0, new Payload.Batch(id, Bytes.utf8(value)));
  }

  @Test
  void aCheckpointTellsAll() {
    var log = new SlotLog(0, 1_000);
    log.accept(FIRST, entry(2, "a"));
    log.accept(SECOND, entry(4, "b"));
    log.learn(entry(5, "c"));
    var again = new SlotLog(0, 1_000);
    assertThat(Records.fold(Records.of(SECOND, log), Ballot.NONE, again)).isEqualTo(SECOND);
    assertThat(again.from(1)).isEqualTo(log.from(1));
  }

  /// A checkpoint stands at the head of a segment, before records of the same frame that it has
  /// taken in already.
  @Test
  void recordsMayFollowTheCheckpointThatHasTakenThemIn() {
    var log = new SlotLog(0, 1_000);
    log.accept(FIRST, entry(2, "a"));
    log.choose(2, FIRST);
    var records = new ArrayList<>(Records.of(FIRST, log));
    records.add(new PaxosRecord.Accepted(FIRST, List.of(entry(2, "a"), entry(3, "b"))));
    var again = new SlotLog(0, 1_000);
    Records.fold(records, Ballot.NONE, again);
    assertThat(again.isChosen(2)).isTrue();
    assertThat(again.isOpen(3, FIRST)).isTrue();
  }
}
