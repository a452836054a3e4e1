package io.quorate.consensus;

/// Why a proposal was put nowhere.
public enum Refusal {
  /// Somebody else leads, or nobody.
  NOT_LEADER,
  /// The leader is handing over.
  TRANSFERRING,
  /// As much as may be undecided is undecided.
  FULL,
  /// The era is ending.
  ENDING
}
