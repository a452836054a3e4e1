package io.quorate.replica;

import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.WireWriter;

/// Takes messages to other nodes: a port, behind which all messages of a turn to one node leave as
/// one frame. What is sent may be lost, repeated or overtaken.
public interface Outbox {
  /// Begins a message; its content is then written to what is returned, until [#end()].
  WireWriter begin(ReplicaId to);

  void end();
}
