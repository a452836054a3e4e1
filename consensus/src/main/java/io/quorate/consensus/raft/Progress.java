package io.quorate.consensus.raft;

import io.quorate.consensus.ReplicaId;
import java.util.ArrayDeque;

/// What a leader knows of one other member, and how it sends to it (thesis 3.5, 10.2.1).
final class Progress {
  enum State {
    /// Where the logs part is not known: one message at a time.
    PROBING,
    /// In step: messages follow each other without waiting, up to a bound in bytes.
    STREAMING,
    /// It lacks what the window no longer holds, and fetches it from a replica.
    BEHIND
  }

  private record Sent(long last, long bytes) {}

  final ReplicaId id;
  private final ArrayDeque<Sent> inFlight = new ArrayDeque<>();
  private long inFlightBytes;

  State state = State.PROBING;

  /// The next entry to send; always above [#matched].
  long next;

  /// It holds all up to here, durably. Never falls within a leadership (R13).
  long matched;

  /// The newest read round that it answered.
  long round;

  /// The decided index that it was last told.
  long decidedTold;

  /// While probing: a message is under way.
  boolean probeSent;

  long lastSent;
  long lastHeard;

  Progress(ReplicaId id, long next, long now) {
    this.id = id;
    this.next = next;
    this.lastHeard = now;
    this.lastSent = Long.MIN_VALUE;
  }

  /// Whether entries may be sent to it now.
  boolean maySend(long inFlightLimit) {
    return switch (state) {
      case PROBING -> !probeSent;
      case STREAMING -> inFlightBytes < inFlightLimit;
      case BEHIND -> false;
    };
  }

  void sent(long last, long bytes) {
    if (state == State.PROBING) {
      probeSent = true;
    } else {
      next = last + 1;
      inFlight.addLast(new Sent(last, bytes));
      inFlightBytes += bytes;
    }
  }

  /// It acknowledged everything up to `index`.
  void acknowledged(long index) {
    matched = Math.max(matched, index);
    next = Math.max(next, matched + 1);
    while (!inFlight.isEmpty() && inFlight.getFirst().last() <= index) {
      inFlightBytes -= inFlight.removeFirst().bytes();
    }
    if (state != State.STREAMING && next == matched + 1) {
      state = State.STREAMING;
    }
    probeSent = false;
  }

  /// Start again from `next`, one message at a time.
  void probe(long next) {
    this.next = Math.max(next, matched + 1);
    state = State.PROBING;
    probeSent = false;
    inFlight.clear();
    inFlightBytes = 0;
  }

  void behind() {
    state = State.BEHIND;
    inFlight.clear();
    inFlightBytes = 0;
  }
}
