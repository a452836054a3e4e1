package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds what a transaction may not do to a key: put it twice, or put and delete it (etcd-78).
///
/// The rule has etcd's two holes, for clients may live by them (etcd-79): of transactions side by
/// side within a branch, an earlier one may put what a later one deletes; and a delete whose end is
/// "every key from here on", or before its start, conflicts with nothing.
final class PutConflicts {
  /// Keys that are deleted, as ranges that do not touch: where each begins and ends.
  private final TreeMap<Bytes, Bytes> deleted = new TreeMap<>();

  private final Set<Bytes> put = new TreeSet<>();

  private PutConflicts() {}

  static @Nullable Failure check(Request.Txn txn) {
    return collect(txn.success()) == null || collect(txn.failure()) == null
        ? Failure.DUPLICATE_KEY
        : null;
  }

  /// What a branch puts and deletes, with all that is within it; null if it conflicts.
  private static @Nullable PutConflicts collect(List<Request.Op> branch) {
    var found = new PutConflicts();
    for (var op : branch) {
      if (op instanceof Request.DeleteRange delete) {
        found.delete(delete.keys());
      }
    }
    for (var op : branch) {
      if (op instanceof Request.Txn txn && !found.takeIn(txn)) {
        return null;
      }
    }
    for (var op : branch) {
      if (op instanceof Request.Put put && !found.put(put.key())) {
        return null;
      }
    }
    return found;
  }

  /// @return false if the transaction conflicts, within itself or with what was taken in before
  private boolean takeIn(Request.Txn txn) {
    var success = collect(txn.success());
    var failure = collect(txn.failure());
    if (success == null || failure == null) {
      return false;
    }
    // Only one of the two will happen, so they may put the same keys.
    var either = new ArrayList<>(success.put);
    for (var key : failure.put) {
      if (!success.put.contains(key)) {
        either.add(key);
      }
    }
    for (var key : either) {
      if (!put(key)) {
        return false;
      }
    }
    success.deleted.forEach(this::delete);
    failure.deleted.forEach(this::delete);
    return true;
  }

  private boolean put(Bytes key) {
    var range = deleted.floorEntry(key);
    return (range == null || range.getValue().compareTo(key) <= 0) && put.add(key);
  }

  private void delete(KeyRange range) {
    if (range.to() != null && !range.isEmpty()) {
      delete(range.from(), range.to());
    }
  }

  private void delete(Bytes from, Bytes to) {
    var start = from;
    var end = to;
    var before = deleted.floorEntry(from);
    if (before != null && before.getValue().compareTo(from) >= 0) {
      start = before.getKey();
      end = later(end, before.getValue());
    }
    for (var next = deleted.ceilingEntry(start);
        next != null && next.getKey().compareTo(end) <= 0;
        next = deleted.ceilingEntry(start)) {
      end = later(end, next.getValue());
      deleted.remove(next.getKey());
    }
    deleted.put(start, end);
  }

  private static Bytes later(Bytes one, Bytes other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
