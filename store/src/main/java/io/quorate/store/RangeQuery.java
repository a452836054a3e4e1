package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.Keys.Found;
import io.quorate.store.Request.SortOrder;
import io.quorate.store.Request.SortTarget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers a range request on some keys. What it holds meanwhile is bounded by the room that the
/// answer has.
final class RangeQuery {
  /// What a key that is to be sorted takes on the heap beside its bytes: a guess on the safe side.
  private static final int HELD_OVERHEAD = 150;

  /// Keys beyond those that are answered are held until they are so many, so that sorting them out
  /// costs little for each.
  private static final int SURPLUS = 1000;

  private final Request.Range request;
  private final Keys keys;
  private final Room room;
  private final Records records;

  /// How many keys are answered at most.
  private final long limit;

  private final List<Found> toSort = new ArrayList<>();
  private long held;
  private long count;
  private boolean more;

  private RangeQuery(Request.Range request, Keys keys, Room room) {
    this.request = request;
    this.keys = keys;
    this.room = room;
    this.records = new Records(keys, Responses.RANGE_RECORDS, !request.keysOnly(), room);
    this.limit = request.limit() > 0 ? request.limit() : Long.MAX_VALUE;
  }

  /// The body of the response.
  ///
  /// @param revision at which to read, whatever the request says
  /// @return null if there is no room for it
  static @Nullable Bytes body(Request.Range request, Keys keys, long revision, Room room) {
    var query = new RangeQuery(request, keys, room);
    return query.collect(revision) && query.addSorted()
        ? Responses.range(query.records, query.more, query.count)
        : null;
  }

  /// Why a range at an explicit revision cannot be answered; null if it can.
  static @Nullable Failure check(long revision, Meta.Revisions now) {
    if (revision > now.newest()) {
      return Failure.FUTURE_REVISION;
    }
    return revision < now.compacted() ? Failure.COMPACTED : null;
  }

  /// @return false if there is no room
  private boolean collect(long revision) {
    boolean sorted = isSorted();
    try (var walk = keys.walk(request.keys(), revision)) {
      while (walk.next()) {
        count++;
        if (!isEnough() && passes(walk.version())) {
          var found = new Found(walk.key(), walk.version());
          if (sorted ? !hold(found) : !add(found)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /// Whether further keys are only counted.
  private boolean isEnough() {
    return request.countOnly() || more || (cutsByKey() && toSort.size() > limit);
  }

  /// Whether the order of keys is not the one that is asked for.
  private boolean isSorted() {
    return request.target() != SortTarget.KEY || request.order() == SortOrder.DESCEND;
  }

  /// Without an order asked for, the limit cuts by key even where another target sorts (etcd-40).
  private boolean cutsByKey() {
    return request.order() == SortOrder.NONE && !request.isFiltered();
  }

  private boolean passes(Version version) {
    return isWithin(version.mod(), request.minMod(), request.maxMod())
        && isWithin(version.create(), request.minCreate(), request.maxCreate());
  }

  private static boolean isWithin(long revision, long min, long max) {
    return (min == 0 || revision >= min) && (max == 0 || revision <= max);
  }

  private boolean add(Found found) {
    if (records.count() == limit) {
      more = true;
      return true;
    }
    return records.add(found);
  }

  private boolean hold(Found found) {
    toSort.add(found);
    held += held(found);
    if (request.target() != SortTarget.VALUE && toSort.size() / 2 - SURPLUS > limit) {
      toSort.sort(directed(byNumber()));
      toSort.subList((int) limit + 1, toSort.size()).clear();
      held = 0;
      toSort.forEach(each -> held += held(each));
    }
    return held <= room.left();
  }

  private long held(Found found) {
    int value = request.target() == SortTarget.VALUE ? found.version().size() : 0;
    return (long) HELD_OVERHEAD + found.key().length() + value;
  }

  /// @return false if there is no room
  private boolean addSorted() {
    more = more || toSort.size() > limit;
    for (var each : sorted()) {
      if (records.count() == limit) {
        break;
      } else if (!records.add(each)) {
        return false;
      }
    }
    return true;
  }

  private List<Found> sorted() {
    if (request.target() == SortTarget.VALUE) {
      return sortedByValue();
    }
    toSort.sort(directed(byNumber()));
    return toSort;
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

  private record Valued(Found found, Bytes value) {}

  private List<Found> sortedByValue() {
    var keyValues = keys.keyValues(toSort);
    var valued = new ArrayList<Valued>(toSort.size());
    for (int i = 0; i < toSort.size(); i++) {
      valued.add(new Valued(toSort.get(i), KeyValues.value(keyValues.get(i))));
    }
    valued.sort(directed(Comparator.comparing(Valued::value)));
    return valued.stream().map(Valued::found).toList();
  }
}
