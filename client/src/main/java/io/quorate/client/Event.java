package io.quorate.client;

import org.jspecify.annotations.Nullable;

/// A change of a key.
///
/// @param keyValue as it stands since; of a deletion the key, and in `modRevision` the revision of
///   the deletion
/// @param previous what stood there before; null if nothing did, it is compacted, or it was not
///   asked for
public record Event(Kind kind, KeyValue keyValue, @Nullable KeyValue previous) {
  public enum Kind {
    PUT,
    DELETE
  }

  static Event of(io.quorate.api.mvcc.Event event) {
    return new Event(
        event.getType() == io.quorate.api.mvcc.Event.EventType.DELETE ? Kind.DELETE : Kind.PUT,
        Wire.keyValue(event.getKv()),
        Wire.keyValueIf(event.hasPrevKv(), event.getPrevKv()));
  }
}
