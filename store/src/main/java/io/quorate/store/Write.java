package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.Keys.Found;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One atomic write to the newest state: all that it changes has one revision, in the order in
/// which it is changed.
final class Write {
  /// Keys that one command may change. A rule of the store and not a setting, for every replica
  /// must come to the same result: a command takes effect and is stored as a whole, so this is what
  /// each node needs memory for, when it applies the command and at each replay.
  static final int MAX_CHANGES = 100_000;

  /// Bytes that one command may take over from what is stored: keys that it deletes, values that it
  /// keeps. Of the same kind; what a command brings itself is bounded by the size of requests.
  static final long MAX_TAKEN_OVER = 16 << 20;

  private final Keys keys;
  private final Generation into;
  private final int start;
  private final long before;
  private int changes;
  private long takenOver;

  /// @param keys the newest state, with what `into` holds
  /// @param into takes the changes
  /// @param before the revision before this write
  Write(Keys keys, Generation into, long before) {
    this.keys = keys;
    this.into = into;
    this.start = into.size();
    this.before = before;
  }

  boolean hasChanged() {
    return into.size() > start;
  }

  /// The revision up to now: a new one once something has changed.
  long revision() {
    return hasChanged() ? before + 1 : before;
  }

  /// Takes back all changes.
  void undo() {
    into.undoTo(start);
  }

  /// Whether one more change is within the rules.
  ///
  /// @param bytes that it takes over
  private boolean admits(int bytes) {
    changes++;
    takenOver += bytes;
    return changes <= MAX_CHANGES && takenOver <= MAX_TAKEN_OVER;
  }

  private int nextSub() {
    return into.size() - start;
  }

  /// Why a put cannot take place in this state; null if it can.
  ///
  /// @param previous as what the key lives
  static @Nullable Failure check(Request.Put put, @Nullable Version previous) {
    if (put.lease() != 0) {
      return Failure.LEASE_NOT_FOUND; // there is no way yet to have one
    }
    return previous == null && (put.ignoreValue() || put.ignoreLease())
        ? Failure.KEY_NOT_FOUND
        : null;
  }

  /// @param wanted whether the response is
  Outcome put(Request.Put put, boolean wanted) {
    var key = put.key();
    var previous = keys.live(key, Keys.NEWEST);
    var failure = check(put, previous);
    if (failure != null) {
      return new Outcome.Failed(failure);
    }
    long revision = before + 1;
    int sub = nextSub();
    var value = put.value();
    Version version;
    Bytes answered = null;
    if (previous == null) {
      version = new Version(revision, sub, revision, 1, put.lease());
    } else {
      long lease = put.ignoreLease() ? previous.lease() : put.lease();
      version = new Version(revision, sub, previous.create(), previous.version() + 1, lease);
      if (put.ignoreValue() || (put.prevKv() && wanted)) {
        var keyValue = keys.keyValue(key, previous);
        value = put.ignoreValue() ? KeyValues.value(keyValue) : value;
        answered = put.prevKv() ? keyValue : null;
      }
    }
    if (!admits(put.ignoreValue() ? value.length() : 0)) {
      return new Outcome.Failed(Failure.TOO_MANY_CHANGES);
    }
    into.add(version, KeyValues.encode(key, version, value), previous);
    return new Outcome.Done(revision, wanted ? Responses.put(answered) : Bytes.EMPTY);
  }

  /// @param wanted whether the response is
  Outcome deleteRange(Request.DeleteRange delete, boolean wanted) {
    var found = new ArrayList<Found>();
    try (var walk = keys.walk(delete.keys(), Keys.NEWEST)) {
      while (walk.next()) {
        if (!admits(walk.key().length())) {
          return new Outcome.Failed(Failure.TOO_MANY_CHANGES);
        }
        found.add(new Found(walk.key(), walk.version()));
      }
    }
    var previous = wanted && delete.prevKv() ? keys.keyValues(found) : List.<Bytes>of();
    for (var each : found) {
      var deleted = Version.deleted(before + 1, nextSub());
      into.add(deleted, KeyValues.encode(each.key(), deleted, Bytes.EMPTY), each.version());
    }
    return wanted
        ? Responses.outcome(revision(), Responses.deleteRange(found.size(), previous))
        : new Outcome.Done(revision(), Bytes.EMPTY);
  }
}
