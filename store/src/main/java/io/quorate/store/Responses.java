package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Encodes responses: first their size, then once their bytes, stored records spliced in as they
/// are. A response is made without its header, which is field 1.
final class Responses {
  /// Where the records stand in the response of a range, and of a delete.
  static final int RANGE_RECORDS = 2;

  static final int DELETE_RECORDS = 3;

  /// The answer to an operation of a transaction.
  ///
  /// @param kind the field in which `ResponseOp` holds it: 1 range, 2 put, 3 delete, 4 transaction
  /// @param revision what its header says; 0 if that is empty
  record Part(int kind, long revision, Bytes body) {
    private long headerSize() {
      return ProtoWriter.sizeOfMessage(ProtoWriter.sizeOfNumber(revision));
    }

    private long responseSize() {
      return headerSize() + body.length();
    }

    private long size() {
      return ProtoWriter.sizeOfMessage(responseSize());
    }

    private void write(ProtoWriter out) {
      out.begin(kind, (int) responseSize());
      out.begin(1, ProtoWriter.sizeOfNumber(revision));
      out.number(3, revision);
      out.raw(body);
    }
  }

  private Responses() {}

  static Bytes range(Records records, boolean more, long count) {
    long size =
        records.size() + ProtoWriter.sizeOfNumber(more ? 1 : 0) + ProtoWriter.sizeOfNumber(count);
    var out = new ProtoWriter((int) size);
    records.writeTo(out);
    out.flag(3, more);
    out.number(4, count);
    return out.done();
  }

  static Bytes put(@Nullable Bytes previous) {
    if (previous == null) {
      return Bytes.EMPTY;
    }
    var out = new ProtoWriter((int) ProtoWriter.sizeOfMessage(previous.length()));
    out.message(2, previous);
    return out.done();
  }

  static Bytes deleteRange(long deleted, Records previous) {
    var out = new ProtoWriter((int) (ProtoWriter.sizeOfNumber(deleted) + previous.size()));
    out.number(2, deleted);
    previous.writeTo(out);
    return out.done();
  }

  static Bytes txn(boolean succeeded, List<Part> parts) {
    long size = ProtoWriter.sizeOfNumber(succeeded ? 1 : 0);
    for (var part : parts) {
      size += ProtoWriter.sizeOfMessage(part.size());
    }
    var out = new ProtoWriter((int) size);
    out.flag(2, succeeded);
    for (var part : parts) {
      out.begin(3, (int) part.size());
      part.write(out);
    }
    return out.done();
  }

  static Bytes leaseGrant(Request.LeaseGrant granted) {
    var out =
        new ProtoWriter(
            ProtoWriter.sizeOfNumber(granted.id()) + ProtoWriter.sizeOfNumber(granted.ttl()));
    out.number(2, granted.id());
    out.number(3, granted.ttl());
    return out.done();
  }

  /// The keys of a `LeaseTimeToLiveResponse`.
  ///
  /// @return null if there is no room for them
  static @Nullable Bytes leaseKeys(Keys.Walk attached, Room room) {
    var keys = new ArrayList<Bytes>();
    long size = 0;
    while (attached.next()) {
      var key = attached.key();
      long taken = ProtoWriter.sizeOfMessage(key.length());
      if (!room.take(taken)) {
        return null;
      }
      keys.add(key);
      size += taken;
    }
    var out = new ProtoWriter((int) size);
    keys.forEach(key -> out.bytes(5, key));
    return out.done();
  }

  /// The body of a `HashResponse`.
  static Bytes hash(long hash) {
    var out = new ProtoWriter(ProtoWriter.sizeOfNumber(hash));
    out.number(2, hash);
    return out.done();
  }

  static Bytes hash(long hash, long compacted, long revision) {
    var out =
        new ProtoWriter(
            ProtoWriter.sizeOfNumber(hash)
                + ProtoWriter.sizeOfNumber(compacted)
                + ProtoWriter.sizeOfNumber(revision));
    out.number(2, hash);
    out.number(3, compacted);
    out.number(4, revision);
    return out.done();
  }
}
