package io.quorate.node;

import io.quorate.consensus.wire.Bytes;

/// Carries frames between nodes: a port. Frames may be lost, repeated, overtaken or damaged; a
/// frame arrives in one piece or not at all.
///
/// Each node opens a link of its own to every other and sends on it; the other only answers the
/// greeting there. So either end notices at once when the other is gone.
public interface Network {
  /// The largest frame that is carried, in bytes.
  int MAX_FRAME = 64 << 20;

  /// The largest command, in bytes: small enough that a frame holds it together with its batch, the
  /// entries before it and what else was about to leave. A larger one could be journaled here and
  /// would reach nobody.
  int MAX_COMMAND = 32 << 20;

  /// Sends a frame on the link to a node; without a link, or if too much waits on it, the frame is
  /// lost.
  void send(long node, Bytes frame);

  /// About how long a frame to a node and its answer take on the way, in nanoseconds; 0 where that
  /// is not known.
  long roundTrip(long node);

  /// Closes the link from a node that sends what cannot be read; it may open another.
  void drop(long node);

  /// What the network asks of the node, on its loop.
  interface Owner {
    /// The first bytes on a new link to a node.
    Bytes hello(long to);

    /// Somebody opened a link and says this. The answer may come later, once something is durable.
    void greeted(Bytes hello, Greeting greeting);

    /// A node answered the hello.
    ///
    /// @return whether the link may be used
    boolean answered(long from, Bytes answer);

    /// A frame on a link whose greeting was accepted.
    void received(long from, Bytes frame);

    /// The link to a node, or the one from it, broke.
    void broken(long node);

    /// A node's address refused a link.
    void refused(long node);
  }

  /// A link from another node that waits for its answer.
  interface Greeting {
    /// Answers, and takes frames from this node.
    void accept(long from, Bytes answer);

    /// Answers, and closes the link.
    void refuse(Bytes answer);
  }
}
