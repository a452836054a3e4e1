package io.quorate.node;

import io.quorate.consensus.wire.Bytes;

/// One method of the client API whose requests, responses or both are streams, as a plain
/// asynchronous call. Everything happens on the node's loop; nothing blocks, and nothing throws on
/// what a request holds.
public interface StreamRpc {
  /// A client has opened a call. No request comes before [Responses#request()] asks for one.
  ///
  /// @return takes what the client sends
  Requests open(Rpc.Metadata metadata, Responses responses);

  /// The client's side of a call. Nothing is called any more once the call is over.
  interface Requests {
    void request(Bytes request);

    /// The client sends nothing more, and still reads.
    void ended();

    /// The client has gone, or the node has ended the call: it is over.
    void cancelled();

    /// The client takes responses again, after [Responses#isReady()] was false.
    void ready();
  }

  /// This side of a call. After it is over, whatever is sent is dropped.
  interface Responses {
    /// Lets one more request come.
    void request();

    /// Whether the client keeps up with what is sent. What is sent all the same is kept for it
    /// outside the heap, so little should be.
    boolean isReady();

    void send(Bytes response);

    /// Ends the call well.
    void done();

    /// @param code gRPC's number of the status
    /// @param text what clients match on, to the letter
    void failed(int code, String text);
  }
}
