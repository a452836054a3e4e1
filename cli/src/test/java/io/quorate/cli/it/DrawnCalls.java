package io.quorate.cli.it;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.quorate.api.CompactionRequest;
import io.quorate.api.Compare;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.LeaseGrantRequest;
import io.quorate.api.LeaseKeepAliveRequest;
import io.quorate.api.LeaseLeasesRequest;
import io.quorate.api.LeaseRevokeRequest;
import io.quorate.api.LeaseTimeToLiveRequest;
import io.quorate.api.PutRequest;
import io.quorate.api.RangeRequest;
import io.quorate.api.RequestOp;
import io.quorate.api.TxnRequest;
import io.quorate.api.WatchCreateRequest;
import io.quorate.api.WatchCreateRequest.FilterType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/// Draws requests that reach into every corner of the API: few keys, odd ones among them, revisions
/// that are forgotten or not yet, leases that are or are not.
///
/// No more than twelve keys live at a time, for among more of them etcd leaves the order of equals
/// open (etcd-43).
final class DrawnCalls {
  private static final List<ByteString> KEYS =
      List.of(
          bytes("a"),
          bytes("a\0"),
          bytes("ab"),
          bytes("b"),
          bytes("k"),
          bytes("k1"),
          bytes("k2"),
          bytes("\0"),
          bytes("\u00ff"),
          bytes("\u00ff\u00ff"));

  private static final ByteString ZERO = bytes("\0");
  private static final long[] LEASES = {1, 2, 3, -5, 1L << 40};
  private static final long[] TTLS = {600, 1_000, 5_000, 9_000_000_000L, 9_000_000_001L};

  private final Random random;
  private long newest = 1;
  private long compacted = -1;
  private int nextValue;

  /// Whether puts may keep what is there. Not beside deletes: a transaction that first deletes what
  /// it then wants to keep ends etcd 3.4.23 in a panic.
  private boolean mayKeep = true;

  DrawnCalls(Random random) {
    this.random = random;
  }

  private static ByteString bytes(String latin) {
    return ByteString.copyFrom(latin, StandardCharsets.ISO_8859_1);
  }

  /// The store is at a revision.
  void reached(long revision) {
    newest = Math.max(newest, revision);
  }

  /// All below a revision is forgotten.
  void compacted(long revision) {
    compacted = Math.max(compacted, revision);
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private long pick(long... from) {
    return from[random.nextInt(from.length)];
  }

  private ByteString key() {
    return chance(0.02) ? ByteString.EMPTY : pick(KEYS);
  }

  private ByteString end() {
    if (chance(0.4)) {
      return ByteString.EMPTY;
    }
    return chance(0.25) ? ZERO : pick(KEYS);
  }

  private ByteString value() {
    return chance(0.1) ? ByteString.EMPTY : bytes("v" + nextValue++ % 7);
  }

  private long revision() {
    return chance(0.1) ? random.nextLong(-2, 2) : random.nextLong(1, newest + 3);
  }

  /// Any request, as one of the messages of the API.
  Message next() {
    int choice = random.nextInt(100);
    if (choice < 25) {
      return range();
    } else if (choice < 50) {
      return put();
    } else if (choice < 60) {
      return delete();
    } else if (choice < 83) {
      mayKeep = chance(0.5);
      var txn = txn(2);
      mayKeep = true;
      return txn;
    } else if (choice < 85) {
      return CompactionRequest.newBuilder()
          .setRevision(
              chance(0.7) ? random.nextLong(Math.max(compacted, 0), newest + 1) : revision())
          .setPhysical(chance(0.5))
          .build();
    }
    return lease();
  }

  private Message lease() {
    long id = pick(LEASES);
    return switch (random.nextInt(6)) {
      case 0, 1 -> LeaseGrantRequest.newBuilder().setID(id).setTTL(pick(TTLS)).build();
      case 2 -> LeaseRevokeRequest.newBuilder().setID(chance(0.1) ? 0 : id).build();
      case 3 -> LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(chance(0.7)).build();
      case 4 -> LeaseKeepAliveRequest.newBuilder().setID(id).build();
      default -> LeaseLeasesRequest.getDefaultInstance();
    };
  }

  private RangeRequest range() {
    var range =
        RangeRequest.newBuilder()
            .setKey(key())
            .setRangeEnd(end())
            .setLimit(chance(0.6) ? 0 : random.nextInt(-1, 4))
            .setSerializable(chance(0.3))
            .setKeysOnly(chance(0.15))
            .setCountOnly(chance(0.1));
    if (chance(0.3)) {
      range.setRevision(revision());
    }
    if (chance(0.4)) {
      range.setSortOrderValue(random.nextInt(3)).setSortTargetValue(random.nextInt(5));
    }
    if (chance(0.15)) {
      range.setMinModRevision(revision());
    }
    if (chance(0.15)) {
      range.setMaxModRevision(revision());
    }
    if (chance(0.1)) {
      range.setMinCreateRevision(revision());
    }
    if (chance(0.1)) {
      range.setMaxCreateRevision(revision());
    }
    return range.build();
  }

  private PutRequest put() {
    boolean keepsValue = mayKeep && chance(0.08);
    boolean keepsLease = mayKeep && chance(0.08);
    return PutRequest.newBuilder()
        .setKey(key())
        .setValue(keepsValue && chance(0.9) ? ByteString.EMPTY : value())
        .setLease(chance(keepsLease ? 0.9 : 0.75) ? 0 : pick(LEASES))
        .setPrevKv(chance(0.3))
        .setIgnoreValue(keepsValue)
        .setIgnoreLease(keepsLease)
        .build();
  }

  private DeleteRangeRequest delete() {
    return DeleteRangeRequest.newBuilder()
        .setKey(key())
        .setRangeEnd(chance(0.6) ? ByteString.EMPTY : end())
        .setPrevKv(chance(0.4))
        .build();
  }

  private TxnRequest txn(int depth) {
    var txn = TxnRequest.newBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      txn.addCompare(compare());
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      txn.addSuccess(op(depth));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      txn.addFailure(op(depth));
    }
    return txn.build();
  }

  private RequestOp op(int depth) {
    int choice = random.nextInt(100);
    var op = RequestOp.newBuilder();
    if (choice < 1) {
      return op.build();
    } else if (choice < 30) {
      return op.setRequestRange(range()).build();
    } else if (choice < 65 || depth == 0) {
      return op.setRequestPut(put()).build();
    } else if (choice < 80 && !mayKeep) {
      return op.setRequestDeleteRange(delete()).build();
    }
    return op.setRequestTxn(txn(depth - 1)).build();
  }

  private Compare compare() {
    var compare =
        Compare.newBuilder()
            .setKey(key())
            .setRangeEnd(chance(0.8) ? ByteString.EMPTY : end())
            .setResultValue(random.nextInt(4))
            .setTargetValue(random.nextInt(5));
    int operand = chance(0.03) ? random.nextInt(6) : compare.getTargetValue();
    switch (operand) {
      case 0 -> compare.setVersion(random.nextInt(3));
      case 1 -> compare.setCreateRevision(chance(0.4) ? 0 : revision());
      case 2 -> compare.setModRevision(chance(0.4) ? 0 : revision());
      case 3 -> compare.setValue(value());
      case 4 -> compare.setLease(chance(0.5) ? 0 : pick(LEASES));
      default -> {} // no operand at all
    }
    return compare.build();
  }

  /// A watch that begins at any revision that is kept, or a little later.
  WatchCreateRequest.Builder watch() {
    var watch =
        WatchCreateRequest.newBuilder()
            .setKey(pick(KEYS))
            .setPrevKv(chance(0.5))
            .setStartRevision(random.nextLong(Math.max(compacted, 0) + 1, newest + 2));
    if (chance(0.6)) {
      watch.setRangeEnd(ZERO);
    }
    if (chance(0.2)) {
      watch.addFilters(chance(0.5) ? FilterType.NOPUT : FilterType.NODELETE);
    }
    return watch;
  }
}
