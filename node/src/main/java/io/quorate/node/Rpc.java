package io.quorate.node;

import io.quorate.consensus.wire.Bytes;

/// One method of the client API as a plain asynchronous call: encoded request in, encoded response
/// or a status out. Called on the node's loop; never blocks and never throws on what a request
/// holds.
public interface Rpc {
  void call(Metadata metadata, Bytes request, Reply reply);

  /// What a request says beside its message.
  ///
  /// @param requiresLeader whether the call shall fail at once where no leader is known
  ///   (`hasleader: true`)
  record Metadata(boolean requiresLeader) {
    public static final Metadata NONE = new Metadata(false);
  }

  /// Takes the one answer, on the node's loop. An answer to a call that its client has given up is
  /// dropped.
  interface Reply {
    void done(Bytes response);

    /// @param code gRPC's number of the status
    /// @param text what clients match on, to the letter
    void failed(int code, String text);
  }
}
