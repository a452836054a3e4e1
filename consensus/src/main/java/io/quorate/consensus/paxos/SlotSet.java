package io.quorate.consensus.paxos;

import java.util.TreeSet;

/// Slots that somebody has accepted: all up to some slot, and single ones behind it.
final class SlotSet {
  private final TreeSet<Long> beyond = new TreeSet<>();
  private long upTo;

  SlotSet(long upTo) {
    this.upTo = upTo;
  }

  boolean contains(long slot) {
    return slot <= upTo || beyond.contains(slot);
  }

  void add(long slot) {
    if (slot == upTo + 1) {
      addUpTo(slot);
    } else if (slot > upTo) {
      beyond.add(slot);
    }
  }

  /// All slots up to this one are in, or of no more interest.
  void addUpTo(long slot) {
    upTo = Math.max(upTo, slot);
    while (!beyond.isEmpty() && beyond.first() <= upTo + 1) {
      upTo = Math.max(upTo, beyond.removeFirst());
    }
  }

  long upTo() {
    return upTo;
  }
}
