package io.quorate.consensus.paxos;

import io.quorate.consensus.ReplicaId;
import java.util.ArrayDeque;
import java.util.List;

/// What a leader knows of one other member, and how it sends to it.
final class Progress {
  /// @param number 1, 2, 3 … in the order of sending
  private record Sent(long number, Slots slots, long bytes, long at) {}

  final ReplicaId id;

  /// What it has accepted under this ballot, durably.
  final SlotSet accepted;

  private final ArrayDeque<Sent> inFlight = new ArrayDeque<>();
  private long inFlightBytes;
  private long sent;

  /// The newest of what was sent that it has accepted.
  private long newestAccepted;

  /// When it last accepted something that it had not, or had nothing to accept.
  private long acceptedAt;

  /// The next slot to send.
  long next;

  /// How far all is decided there.
  long decided;

  /// The newest ballot check that it answered.
  long round;

  /// How far it was last told that all is chosen.
  long told;

  long lastSent = Long.MIN_VALUE;
  long lastHeard;

  Progress(ReplicaId id, long next, long now) {
    this.id = id;
    this.next = next;
    this.accepted = new SlotSet(next - 1);
    this.lastHeard = now;
    this.acceptedAt = now;
  }

  boolean lacks(long slot) {
    return slot > decided && !accepted.contains(slot);
  }

  boolean hasRoom(long inFlightLimit) {
    return inFlightBytes < inFlightLimit;
  }

  void sent(long now, Slots slots, long bytes) {
    if (inFlight.isEmpty()) {
      acceptedAt = now;
    }
    inFlight.addLast(new Sent(++sent, slots, bytes, now));
    inFlightBytes += bytes;
  }

  /// It has accepted these slots, and all is decided there up to one.
  void accepted(long now, List<Slots> runs, long decidedThere) {
    decided = Math.max(decided, decidedThere);
    for (var run : runs) {
      for (long slot = run.first(); slot <= run.last(); slot++) {
        accepted.add(slot);
      }
    }
    if (inFlight.removeIf(this::isAccepted)) {
      acceptedAt = now;
      inFlightBytes = 0;
      inFlight.forEach(each -> inFlightBytes += each.bytes);
    }
  }

  private boolean isAccepted(Sent each) {
    for (long slot = each.slots.first(); slot <= each.slots.last(); slot++) {
      if (lacks(slot)) {
        return false;
      }
    }
    newestAccepted = Math.max(newestAccepted, each.number);
    return true;
  }

  /// Whether something must have been lost: it is heard, and for so many nanoseconds has accepted
  /// nothing of what is under way, or only what was sent later.
  boolean isStuck(long now, long patience) {
    var oldest = inFlight.peekFirst();
    if (oldest == null || now - lastHeard >= patience) {
      return false;
    }
    long since = oldest.number < newestAccepted ? oldest.at : acceptedAt;
    return now - since >= patience;
  }

  /// Sends again what it lacks from a slot on.
  void restart(long now, long from) {
    inFlight.clear();
    inFlightBytes = 0;
    acceptedAt = now;
    next = from;
  }
}
