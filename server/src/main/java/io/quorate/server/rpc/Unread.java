package io.quorate.server.rpc;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/// The answers that were made and that their clients have not taken yet: they lie outside the heap,
/// and a client that reads nothing must not fill the machine with them. Belongs to the node's loop.
final class Unread {
  /// Smaller answers are always sent: what is asked for limits their number.
  private static final int SMALL = 64 << 10;

  /// A stream's client keeps up while no more than this waits for it, where there are few streams.
  private static final int MOST_PER_STREAM = 256 << 10;

  private static final int LEAST_PER_STREAM = 16 << 10;

  /// Who has more to send.
  interface Waiter {
    void roomAgain();
  }

  private final long limit;
  private final Executor later;
  private final Set<Waiter> waiting = new LinkedHashSet<>();
  private long bytes;

  /// @param limit bytes of answers that may wait before a large one is refused
  /// @param later runs on the loop what is not to run within a call
  Unread(long limit, Executor later) {
    this.limit = limit;
    this.later = later;
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

  /// Takes note of a part of an answer, which is sent whatever waits: that less is made is up to
  /// whoever asks [#isFull].
  void addPart(int length) {
    bytes += length;
  }

  /// A client has taken an answer, or has gone.
  void remove(long length) {
    bytes -= length;
    if (!isFull() && !waiting.isEmpty()) {
      var all = List.copyOf(waiting);
      waiting.clear();
      later.execute(() -> all.forEach(Waiter::roomAgain));
    }
  }

  /// Whether so much waits that nothing large is to be made.
  boolean isFull() {
    return bytes > limit;
  }

  /// Tells somebody once, on the loop, when it is not full any more. It is full.
  void await(Waiter waiter) {
    waiting.add(waiter);
  }

  void forget(Waiter waiter) {
    waiting.remove(waiter);
  }

  /// What may wait for a stream's client, uncounted, while it counts as keeping up: half of all for
  /// all streams together, as long as that is not too little for each.
  int perStream(int streams) {
    return Math.clamp(limit / 2 / (streams + 1), LEAST_PER_STREAM, MOST_PER_STREAM);
  }
}
