package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.Keys.Found;
import org.jspecify.annotations.Nullable;

/// A part of the answer to a range that is read part by part, in the order of keys: each at the
/// same revision, no key twice, and nothing but the present part on the heap (etcd-47).
///
/// @param body of a `RangeResponse`, without its header: keys, and in the last part what is told of
///   all of them
/// @param place where the next part begins; null behind the last one
/// @param revision the store's when the first part was read
public record RangePart(Bytes body, @Nullable Place place, long revision) implements PartOutcome {
  /// How far a range has been read.
  ///
  /// @param from the first key of the next part
  /// @param sent keys in the parts before
  /// @param at the revision at which all parts are read
  /// @param revision the store's when the first part was read
  public record Place(Bytes from, long sent, long at, long revision) {}

  /// How much one part may hold: at least one key.
  ///
  /// @param keys more are in none
  /// @param bytes none has more, unless a single key does
  public record Size(int keys, long bytes) {}

  /// @param range ordered by key, without filters
  static PartOutcome read(
      Request.Range range, @Nullable Place place, Size size, Reads.State state) {
    long newest = state.revisions().newest();
    long asked = range.revision() > 0 ? range.revision() : newest;
    var start = place == null ? new Place(range.key(), 0, asked, newest) : place;
    var failure = RangeQuery.check(start.at, state.revisions());
    return failure == null ? read(range, start, size, state.keys()) : new Failed(failure);
  }

  private static RangePart read(Request.Range range, Place start, Size size, Keys keys) {
    long left = range.limit() > 0 ? range.limit() - start.sent : Long.MAX_VALUE;
    var records =
        new Records(keys, Responses.RANGE_RECORDS, !range.keysOnly(), new Room(Long.MAX_VALUE));
    var whole = range.keys();
    try (var walk = keys.walk(new KeyRange(start.from, whole.to(), whole.isSingle()), start.at)) {
      while (walk.next()) {
        long room = size.bytes - records.size();
        boolean isFull =
            records.count() == size.keys || (records.count() > 0 && room < walk.version().size());
        if (records.count() == left) {
          long rest = 1;
          while (walk.next()) {
            rest++;
          }
          return last(records, start, rest);
        } else if (isFull) {
          return part(records, start, walk.key());
        }
        records.add(new Found(walk.key(), walk.version()));
      }
    }
    return last(records, start, 0);
  }

  private static RangePart part(Records records, Place start, Bytes next) {
    var place = new Place(next, start.sent + records.count(), start.at, start.revision);
    return new RangePart(Responses.range(records, false, 0), place, start.revision);
  }

  /// @param rest keys that the limit cuts off
  private static RangePart last(Records records, Place start, long rest) {
    long count = start.sent + records.count() + rest;
    return new RangePart(Responses.range(records, rest > 0, count), null, start.revision);
  }
}
