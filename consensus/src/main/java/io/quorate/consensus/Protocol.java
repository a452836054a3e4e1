package io.quorate.consensus;

import io.quorate.consensus.wire.Codec;
import java.util.List;

/// A way to reach consensus: makes machines, and knows the byte forms of what they say and keep.
public interface Protocol {
  /// As users choose it and eras carry it: `raft`, `paxos`, `zab`.
  String name();

  /// Refuses an era in which members could not agree by this protocol.
  ///
  /// @throws IllegalArgumentException with a sentence that says why, and what to choose
  void requirePossible(Era era);

  /// A machine that takes part for the first time, at the era's base. It may lead at once if the
  /// era names it.
  Consensus enter(Era era, Self self);

  /// A machine after a restart or a jump; never as leader.
  ///
  /// @param decided what is decided and held here
  /// @param records what was journaled since the last checkpoint, in order, or any prefix of it
  Consensus restore(Era era, Self self, Point decided, List<JournalRecord> records);

  Codec<Message> messages();

  Codec<JournalRecord> records();
}
