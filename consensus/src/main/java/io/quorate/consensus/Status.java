package io.quorate.consensus;

import java.util.List;

/// What a machine shows of itself.
///
/// @param role in the protocol's own words, such as `leader`
/// @param phase within the role, in the protocol's own words; empty where the protocol has none
/// @param decided how far all is decided, as known here
/// @param last the last index that this machine holds, decided or not
/// @param peers what a leader knows of the others; empty elsewhere
public record Status(
    String role, String phase, Leadership leadership, long decided, long last, List<Peer> peers) {

  /// What a leader knows of another member.
  ///
  /// @param state in the protocol's own words, such as `probing`
  /// @param matched up to where it is known to hold, durably, what the leader holds
  /// @param silence nanoseconds since it was heard
  public record Peer(ReplicaId id, String state, long matched, long silence) {}
}
