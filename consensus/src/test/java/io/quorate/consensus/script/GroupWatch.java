package io.quorate.consensus.script;

import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Message;
import io.quorate.consensus.ReplicaId;
import java.util.List;

/// Holds a protocol's invariants against everything that the members of a [RandomGroup] do.
public interface GroupWatch {
  /// @param before what its journal holds already
  void journals(ReplicaId member, JournalRecord record, List<JournalRecord> before);

  /// A record of a member can no longer be lost.
  void durable(ReplicaId member, JournalRecord record);

  /// A message leaves a member.
  ///
  /// @param decided up to where it holds all that is decided
  /// @param durable the records that it can no longer lose
  void leaves(
      ReplicaId from, long life, Message message, long decided, List<JournalRecord> durable);

  /// A member reports an entry as decided.
  void decides(ReplicaId member, Entry entry);

  /// A member says who leads.
  void leadership(ReplicaId member, long life, Leadership now);

  /// A number that grows with every attempt to lead.
  long attempts();
}
