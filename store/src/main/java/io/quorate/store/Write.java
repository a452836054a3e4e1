package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.Keys.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
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
  private final LongPredicate leases;
  private final Generation into;
  private final int start;
  private final long before;
  private final Room room;
  private int changes;
  private long takenOver;

  /// @param keys the newest state, with what `into` holds
  /// @param leases tells whether one exists
  /// @param into takes the changes
  /// @param before the revision before this write
  /// @param room for its answer. What is changed does not depend on it: where it is exceeded, what
  ///   would have been answered is left out
  Write(Keys keys, LongPredicate leases, Generation into, long before, Room room) {
    this.keys = keys;
    this.leases = leases;
    this.into = into;
    this.start = into.size();
    this.before = before;
    this.room = room;
  }

  Room room() {
    return room;
  }

  boolean hasChanged() {
    return into.size() > start;
  }

  /// What it has changed, in its order.
  List<Generation.Change> changes() {
    return into.changes().subList(start, into.size());
  }

  /// The revision up to now: a new one once something has changed.
  long revision() {
    return hasChanged() ? before + 1 : before;
  }

  /// What is answered where a command came to this: an answer without room is none.
  Outcome answered(Outcome outcome) {
    if (outcome instanceof Outcome.Done && room.isExceeded()) {
      return new Outcome.Failed(
          hasChanged() ? Failure.WRITTEN_BUT_ANSWER_TOO_LARGE : Failure.ANSWER_TOO_LARGE);
    }
    return outcome;
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
  private @Nullable Failure check(Request.Put put, @Nullable Version previous) {
    var failure = checkLease(put);
    return failure != null ? failure : checkKept(put, previous);
  }

  /// The same for one of the puts of a transaction, as things are before all of them: there etcd
  /// looks at keys before leases.
  @Nullable Failure checkWithOthers(Request.Put put, Keys now) {
    var failure = checkKept(put, now.live(put.key(), Keys.NEWEST));
    return failure != null ? failure : checkLease(put);
  }

  private @Nullable Failure checkLease(Request.Put put) {
    return put.lease() != 0 && !leases.test(put.lease()) ? Failure.LEASE_NOT_FOUND : null;
  }

  private static @Nullable Failure checkKept(Request.Put put, @Nullable Version previous) {
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
    Version asked = wanted && put.prevKv() ? previous : null;
    boolean answers = asked != null && room.take(ProtoWriter.sizeOfMessage(asked.size()));
    Bytes answered = null;
    if (previous == null) {
      version = new Version(revision, sub, revision, 1, put.lease());
    } else {
      long lease = put.ignoreLease() ? previous.lease() : put.lease();
      version = new Version(revision, sub, previous.create(), previous.version() + 1, lease);
      if (put.ignoreValue() || answers) {
        var keyValue = keys.keyValue(key, previous);
        value = put.ignoreValue() ? KeyValues.value(keyValue) : value;
        answered = answers ? keyValue : null;
      }
    }
    if (!admits(put.ignoreValue() ? value.length() : 0)) {
      return new Outcome.Failed(Failure.TOO_MANY_CHANGES);
    }
    add(key, version, value, previous);
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
    var body = wanted ? deleted(found, delete.prevKv()) : Bytes.EMPTY;
    found.forEach(this::delete);
    return new Outcome.Done(revision(), body);
  }

  /// Deletes all keys of a lease, however many there are (etcd-157).
  void revoke(long lease) {
    var found = new ArrayList<Found>();
    try (var walk = keys.attached(lease)) {
      while (walk.next()) {
        found.add(new Found(walk.key(), walk.version()));
      }
    }
    found.forEach(this::delete);
  }

  private void delete(Found each) {
    add(each.key(), Version.deleted(before + 1, nextSub()), Bytes.EMPTY, each.version());
  }

  private Bytes deleted(List<Found> found, boolean withPrevious) {
    var previous = new Records(keys, Responses.DELETE_RECORDS, true, room);
    for (int i = 0; withPrevious && i < found.size() && previous.add(found.get(i)); i++) {
      // Until all are in, or there is no room.
    }
    return room.isExceeded() ? Bytes.EMPTY : Responses.deleteRange(found.size(), previous);
  }

  private void add(Bytes key, Version version, Bytes value, @Nullable Version previous) {
    var keyValue = KeyValues.encode(key, version, value);
    into.add(version.ofSize(keyValue.length()), keyValue, previous);
  }
}
