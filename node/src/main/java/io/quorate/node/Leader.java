package io.quorate.node;

import io.quorate.consensus.Leadership;

/// What a node knows of a group's leadership over time: to say why a call got no answer.
final class Leader {
  private static final long NEVER = Long.MIN_VALUE;

  private final long electionTimeout;
  private Leadership now = Leadership.NONE;
  private long since = NEVER;
  private long lastSeen = NEVER;
  private long changes;

  Leader(long electionTimeout) {
    this.electionTimeout = electionTimeout;
  }

  Leadership now() {
    return now;
  }

  boolean isKnown() {
    return now.leader() != null;
  }

  /// How often a leader was found that was not the one before.
  long changes() {
    return changes;
  }

  void changed(long time, Leadership leadership) {
    if (now.leader() != null) {
      lastSeen = time;
    }
    if (leadership.leader() != null) {
      changes++;
      since = time;
    }
    now = leadership;
  }

  /// What to say of a call that began at `start`, was sent to a leader, and has no answer.
  Unanswered unanswered(long start) {
    if (!isKnown() && (lastSeen == NEVER || lastSeen < start)) {
      return Unanswered.UNKNOWN_DISCONNECTED;
    }
    boolean changedAround = isKnown() && since != NEVER && since > start - 2 * electionTimeout;
    return changedAround ? Unanswered.UNKNOWN_LEADER_CHANGED : Unanswered.UNKNOWN;
  }
}
