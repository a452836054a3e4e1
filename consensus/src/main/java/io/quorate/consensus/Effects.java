package io.quorate.consensus;

import java.util.List;

/// What a machine asks of its replica during one step, in this order.
public interface Effects {
  /// Make this survive a crash, after all that was journaled before it.
  void journal(JournalRecord record);

  /// Sends at once. May overtake records that carry entries, never one that [holds
  /// sends][JournalRecord#holdsSends()].
  void send(ReplicaId to, Message.Notice message);

  /// Sends once every record before it is durable. `to` may be the sender itself: a machine counts
  /// itself only by its own message.
  void sendDurably(ReplicaId to, Message message);

  /// These entries are chosen for good: in order, no gap, each index once, nothing beyond a
  /// stop-sign.
  void decided(List<Entry> next);

  /// This call has put the payload nowhere: nothing happened.
  void refused(Payload payload, Refusal why);

  /// Everything completed before the barrier was asked lies at or below `index`.
  void readReady(ReadId id, long index);

  /// The barrier has no answer here. All open ones are lost when leadership changes.
  void readLost(ReadId id);

  /// Decided entries are missing here that no peer will send: fetch them up to at least `atLeast`,
  /// from the hint or from anyone.
  void behind(ReplicaId hint, long atLeast);

  /// Who leads has changed.
  void leadership(Leadership now);
}
