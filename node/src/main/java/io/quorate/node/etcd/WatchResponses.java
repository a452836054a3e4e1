package io.quorate.node.etcd;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;

/// Encodes a `WatchResponse`: events are spliced in as they are.
final class WatchResponses {
  private static final int VARINT = 0;
  private static final int LENGTH = 2;
  private static final int WATCH_ID = 2 << 3 | VARINT;
  private static final int CREATED = 3 << 3 | VARINT;
  private static final int CANCELED = 4 << 3 | VARINT;
  private static final int COMPACT_REVISION = 5 << 3 | VARINT;
  private static final int CANCEL_REASON = 6 << 3 | LENGTH;
  private static final int FRAGMENT = 7 << 3 | VARINT;
  private static final int EVENTS = 11 << 3 | LENGTH;

  /// What a field takes beside its content, at most: a tag and a length.
  private static final int FIELD = 6;

  private static final int SMALL_FIELDS = 64;

  private final WireWriter out;

  /// A response without events.
  ///
  /// @param header the encoded field of it
  WatchResponses(Bytes header, long watchId) {
    this(header, watchId, 0);
  }

  private WatchResponses(Bytes header, long watchId, int eventBytes) {
    this.out = new WireWriter(header.length() + SMALL_FIELDS + eventBytes);
    out.raw(header);
    if (watchId != 0) {
      out.u8(WATCH_ID);
      out.varint(watchId);
    }
  }

  WatchResponses created() {
    return flag(CREATED);
  }

  private WatchResponses flag(int tag) {
    out.u8(tag);
    out.u8(1);
    return this;
  }

  /// @param compacted the revision below which all is forgotten, if that is why; else 0
  /// @param reason may be empty
  WatchResponses cancelled(long compacted, String reason) {
    flag(CANCELED);
    if (compacted != 0) {
      out.u8(COMPACT_REVISION);
      out.varint(compacted);
    }
    if (!reason.isEmpty()) {
      var text = Bytes.utf8(reason);
      out.u8(CANCEL_REASON);
      out.varint(text.length());
      out.raw(text);
    }
    return this;
  }

  /// @param more whether the next response goes on with the same
  static Bytes events(Bytes header, long watchId, List<Bytes> encoded, boolean more) {
    int size = 0;
    for (var event : encoded) {
      size += FIELD + event.length();
    }
    var response = new WatchResponses(header, watchId, size);
    if (more) {
      response.flag(FRAGMENT);
    }
    for (var event : encoded) {
      response.out.u8(EVENTS);
      response.out.varint(event.length());
      response.out.raw(event);
    }
    return response.done();
  }

  Bytes done() {
    return Bytes.of(out.array(), 0, out.length());
  }

  /// One response, or several that belong together if it is too large and has more than one event:
  /// each below the size if more than one event is in it (etcd-135, 136).
  static List<Bytes> fragments(Bytes header, long watchId, List<Bytes> events, int size) {
    var parts = new ArrayList<List<Bytes>>();
    var part = new ArrayList<Bytes>();
    int empty = header.length() + SMALL_FIELDS;
    long bytes = empty;
    for (var event : events) {
      if (!part.isEmpty() && bytes + FIELD + event.length() >= size) {
        parts.add(part);
        part = new ArrayList<>();
        bytes = empty;
      }
      part.add(event);
      bytes += (long) FIELD + event.length();
    }
    parts.add(part);
    var responses = new ArrayList<Bytes>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      boolean more = i < parts.size() - 1;
      responses.add(events(header, watchId, parts.get(i), more));
    }
    return responses;
  }
}
