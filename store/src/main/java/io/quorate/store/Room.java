package io.quorate.store;

/// What an answer may still take on the heap. It is asked before anything is read for the answer;
/// once it was not enough, the answer as a whole is too large.
final class Room {
  private long left;

  Room(long bytes) {
    this.left = bytes;
  }

  /// @return false if there is not so much
  boolean take(long bytes) {
    left -= bytes;
    return left >= 0;
  }

  long left() {
    return left;
  }

  boolean isExceeded() {
    return left < 0;
  }
}
