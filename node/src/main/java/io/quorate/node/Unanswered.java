package io.quorate.node;

/// Why a call got no result, by what its caller may conclude.
public enum Unanswered {
  /// Nothing happened: too much waits already.
  TOO_MANY_REQUESTS,
  /// Nothing happened: no leader was found in time.
  NO_LEADER_IN_TIME,
  /// It may or may not have taken effect.
  UNKNOWN,
  /// It may or may not have taken effect; leadership changed about when it came.
  UNKNOWN_LEADER_CHANGED,
  /// It may or may not have taken effect; this node has not been in touch with a leader since it
  /// came.
  UNKNOWN_DISCONNECTED,
  /// The node stops. A write may or may not have taken effect.
  STOPPED;
}
