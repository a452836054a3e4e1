package io.quorate.simulation.watch;

import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Message;
import io.quorate.consensus.Payload;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.ReplicaId;
import java.util.List;

/// An effect of a machine, as a value that checkers look at.
public sealed interface Emission {
  record Journaled(JournalRecord record) implements Emission {}

  record Sent(ReplicaId to, Message.Notice message) implements Emission {}

  record SentDurably(ReplicaId to, Message message) implements Emission {}

  record Decided(List<Entry> entries) implements Emission {}

  record Refused(Payload payload, Refusal why) implements Emission {}

  record ReadReady(ReadId id, long index) implements Emission {}

  record ReadLost(ReadId id) implements Emission {}

  record Behind(ReplicaId hint, long atLeast) implements Emission {}

  record Led(Leadership now) implements Emission {}
}
