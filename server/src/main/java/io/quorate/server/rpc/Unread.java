package io.quorate.server.rpc;

/// The answers that were made and that their clients have not taken yet: they lie outside the heap,
/// and a client that reads nothing must not fill the machine with them. Belongs to the node's loop.
final class Unread {
  /// Smaller answers are always sent: what is asked for limits their number.
  private static final int SMALL = 64 << 10;

  private final long limit;
  private long bytes;

  /// @param limit bytes of answers that may wait before a large one is refused
  Unread(long limit) {
    this.limit = limit;
  }

  /// Takes note of an answer that is about to be sent.
  ///
  /// @return false if it is not to be sent, for too much waits
  boolean add(int length) {
    if (length > SMALL && bytes + length > limit) {
      return false;
    }
    bytes += length;
    return true;
  }

  /// A client has taken an answer, or has gone.
  void remove(int length) {
    bytes -= length;
  }
}
