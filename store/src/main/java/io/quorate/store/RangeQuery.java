package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.Keys.Found;
import io.quorate.store.Request.SortOrder;
import io.quorate.store.Request.SortTarget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers a range request on some keys.
final class RangeQuery {
  private final Request.Range request;
  private final Keys keys;
  private final List<Found> found = new ArrayList<>();
  private long count;

  private RangeQuery(Request.Range request, Keys keys) {
    this.request = request;
    this.keys = keys;
  }

  /// The body of the response.
  ///
  /// @param revision at which to read, whatever the request says
  /// @return null if it is too large for one message
  static @Nullable Bytes body(Request.Range request, Keys keys, long revision) {
    var query = new RangeQuery(request, keys);
    query.collect(revision);
    return query.answer();
  }

  /// Why a range at an explicit revision cannot be answered; null if it can.
  static @Nullable Failure check(long revision, Meta.Revisions now) {
    if (revision > now.newest()) {
      return Failure.FUTURE_REVISION;
    }
    return revision < now.compacted() ? Failure.COMPACTED : null;
  }

  private void collect(long revision) {
    long wanted = keysWanted();
    try (var walk = keys.walk(request.keys(), revision)) {
      while (walk.next()) {
        count++;
        if (found.size() < wanted && passes(walk.version())) {
          found.add(new Found(walk.key(), walk.version()));
        }
      }
    }
  }

  /// How many keys are to be looked at; the others are only counted.
  private long keysWanted() {
    if (request.countOnly()) {
      return 0;
    }
    boolean limited = request.limit() > 0 && request.limit() < Long.MAX_VALUE;
    // Without an order asked for, the limit cuts by key even where another target sorts (etcd-40).
    boolean cutsByKey = !isSorted() || (request.order() == SortOrder.NONE && !request.isFiltered());
    return limited && cutsByKey ? request.limit() + 1 : Long.MAX_VALUE;
  }

  /// Whether the order of keys is not the one that is asked for.
  private boolean isSorted() {
    return request.target() != SortTarget.KEY || request.order() == SortOrder.DESCEND;
  }

  private boolean passes(Version version) {
    return isWithin(version.mod(), request.minMod(), request.maxMod())
        && isWithin(version.create(), request.minCreate(), request.maxCreate());
  }

  private static boolean isWithin(long revision, long min, long max) {
    return (min == 0 || revision >= min) && (max == 0 || revision <= max);
  }

  private @Nullable Bytes answer() {
    if (request.countOnly()) {
      return Responses.range(List.of(), false, count);
    }
    boolean more = request.limit() > 0 && found.size() > request.limit();
    int size = more ? (int) request.limit() : found.size();
    var keyValues =
        request.target() == SortTarget.VALUE ? sortedByValue(size) : sortedByNumber(size);
    return Responses.range(keyValues, more, count);
  }

  private List<Bytes> sortedByNumber(int size) {
    if (isSorted()) {
      found.sort(directed(byNumber()));
    }
    var first = found.subList(0, size);
    return request.keysOnly() ? withoutValues(first) : keys.keyValues(first);
  }

  private Comparator<Found> byNumber() {
    return switch (request.target()) {
      case VERSION -> Comparator.comparingLong(each -> each.version().version());
      case CREATE -> Comparator.comparingLong(each -> each.version().create());
      case MOD -> Comparator.comparingLong(each -> each.version().mod());
      case KEY, VALUE, UNKNOWN -> Comparator.comparing(Found::key);
    };
  }

  /// Sorting is stable, so equals stay in the order of keys, also descending (etcd-43).
  private <T> Comparator<T> directed(Comparator<T> ascending) {
    return request.order() == SortOrder.DESCEND ? ascending.reversed() : ascending;
  }

  private static List<Bytes> withoutValues(List<Found> found) {
    var keyValues = new ArrayList<Bytes>(found.size());
    for (var each : found) {
      keyValues.add(KeyValues.encode(each.key(), each.version(), Bytes.EMPTY));
    }
    return keyValues;
  }

  private record Valued(Found found, Bytes keyValue, Bytes value) {}

  private List<Bytes> sortedByValue(int size) {
    var keyValues = keys.keyValues(found);
    var valued = new ArrayList<Valued>(found.size());
    for (int i = 0; i < found.size(); i++) {
      var keyValue = keyValues.get(i);
      valued.add(new Valued(found.get(i), keyValue, KeyValues.value(keyValue)));
    }
    valued.sort(directed(Comparator.comparing(Valued::value)));
    var first = valued.subList(0, size);
    return request.keysOnly()
        ? withoutValues(first.stream().map(Valued::found).toList())
        : first.stream().map(Valued::keyValue).toList();
  }
}
