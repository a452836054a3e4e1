package io.quorate.consensus;

/// What happens to a machine. Nothing that comes from outside is in order, unique or fresh.
public sealed interface Input {
  /// A message of the same era. One to oneself comes back this way too, once it is durable.
  record Received(ReplicaId from, Message message) implements Input {}

  /// Put this into one entry.
  record Propose(Payload payload) implements Input {}

  /// Up to where was decided when I asked? Answered by exactly one `readReady` or `readLost`.
  record ReadBarrier(ReadId id) implements Input {}

  /// The replica now holds everything up to here, decided and durable, by other means than this
  /// machine.
  record CaughtUp(Point decided) implements Input {}

  /// Hand leadership over, if this machine leads.
  record Transfer(ReplicaId to) implements Input {}

  /// A hint of the transport about a peer, never a proof.
  record Suspect(ReplicaId peer, Suspicion now) implements Input {}

  enum Suspicion {
    /// Its connection broke.
    BROKEN,
    /// Its address refuses connections.
    REFUSED,
    /// It answers again.
    WITHDRAWN
  }
}
