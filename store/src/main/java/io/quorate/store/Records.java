package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.Keys.Found;
import java.util.ArrayList;
import java.util.List;

/// The `mvccpb.KeyValue` records of an answer, read and encoded part by part, so that beside the
/// encoded ones never more than a part is on the heap.
final class Records {
  private static final int PART = 256;
  private static final long PART_BYTES = 1 << 20;

  private final Keys keys;
  private final int field;
  private final boolean withValues;
  private final Room room;
  private final List<Bytes> encoded = new ArrayList<>();
  private final List<Found> part = new ArrayList<>();

  private int count;
  private long size;
  private long partSize;

  /// @param keys where they were found
  /// @param field in which the response holds them
  /// @param withValues whether their values are answered, too
  Records(Keys keys, int field, boolean withValues, Room room) {
    this.keys = keys;
    this.field = field;
    this.withValues = withValues;
    this.room = room;
  }

  /// @return false if there is no room for one more
  boolean add(Found found) {
    int length =
        withValues
            ? found.version().size()
            : KeyValues.size(found.key(), found.version(), Bytes.EMPTY);
    long taken = ProtoWriter.sizeOfMessage(length);
    if (!room.take(taken)) {
      return false;
    }
    if (part.size() == PART || partSize >= PART_BYTES) {
      encodePart();
    }
    part.add(found);
    count++;
    partSize += taken;
    size += taken;
    return true;
  }

  int count() {
    return count;
  }

  /// Bytes of all of them, encoded.
  long size() {
    return size;
  }

  void writeTo(ProtoWriter out) {
    encoded.forEach(out::raw);
    writePart(out);
  }

  private void encodePart() {
    var out = new ProtoWriter((int) partSize);
    writePart(out);
    encoded.add(out.done());
    part.clear();
    partSize = 0;
  }

  private void writePart(ProtoWriter out) {
    if (withValues) {
      keys.keyValues(part).forEach(keyValue -> out.message(field, keyValue));
    } else {
      for (var found : part) {
        out.message(field, KeyValues.encode(found.key(), found.version(), Bytes.EMPTY));
      }
    }
  }
}
