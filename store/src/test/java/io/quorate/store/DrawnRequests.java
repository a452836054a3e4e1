package io.quorate.store;

import static io.quorate.store.StoreHarness.bytes;

import io.quorate.api.Compare;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.PutRequest;
import io.quorate.api.RangeRequest;
import io.quorate.api.RequestOp;
import io.quorate.api.TxnRequest;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import java.util.Random;

/// Draws requests about few keys, so that they meet.
final class DrawnRequests {
  private static final String[] KEYS = {
    "a", "aa", "ab", "a\0", "a\0b", "a\0\0", "a\0\u00ff", "b", "ba", "c", "d\u00ff", "\u00ff", "\0"
  };
  private static final String[] ENDS = {"", "", "", "\0", "a", "aa", "a\0\1", "b", "c", "\u00ff"};
  private static final String[] VALUES = {"", "1", "2", "33", "a longer value than the others"};

  private static final long[] LEASES = {3, 4, -1, Long.MIN_VALUE};

  private final Random random;

  DrawnRequests(Random random) {
    this.random = random;
  }

  String key() {
    return KEYS[random.nextInt(KEYS.length)];
  }

  long lease() {
    return LEASES[random.nextInt(LEASES.length)];
  }

  private String end() {
    return ENDS[random.nextInt(ENDS.length)];
  }

  private boolean seldom() {
    return random.nextInt(5) == 0;
  }

  /// Mostly one of the last revisions, now and then one that cannot be.
  long revision(long newest) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextLong(-2, 3);
      case 1 -> newest + random.nextLong(3);
      default -> Math.max(1, newest - random.nextLong(12));
    };
  }

  PutRequest put() {
    var request =
        PutRequest.newBuilder()
            .setKey(bytes(key()))
            .setPrevKv(random.nextBoolean())
            .setIgnoreLease(seldom());
    if (seldom()) {
      request.setIgnoreValue(true);
    } else {
      request.setValue(bytes(VALUES[random.nextInt(VALUES.length)]));
    }
    if (seldom() && !request.getIgnoreLease()) {
      request.setLease(lease());
    }
    return request.build();
  }

  DeleteRangeRequest delete() {
    var request = DeleteRangeRequest.newBuilder().setKey(bytes(key()));
    return request.setRangeEnd(bytes(end())).setPrevKv(random.nextBoolean()).build();
  }

  RangeRequest range(long newest) {
    var request = RangeRequest.newBuilder().setKey(bytes(key())).setRangeEnd(bytes(end()));
    if (random.nextBoolean()) {
      request.setRevision(revision(newest));
    }
    if (random.nextBoolean()) {
      request.setLimit(random.nextLong(-1, 6));
    }
    if (random.nextBoolean()) {
      request.setSortOrderValue(random.nextInt(3)).setSortTargetValue(random.nextInt(5));
    }
    if (seldom()) {
      request.setMinModRevision(revision(newest)).setMaxCreateRevision(revision(newest));
    }
    if (seldom()) {
      request.setMaxModRevision(revision(newest)).setMinCreateRevision(revision(newest));
    }
    return request.setKeysOnly(seldom()).setCountOnly(seldom()).build();
  }

  private Compare compare(long newest) {
    var compare =
        Compare.newBuilder()
            .setResultValue(random.nextInt(4))
            .setTargetValue(random.nextInt(5))
            .setKey(bytes(key()));
    if (seldom()) {
      compare.setRangeEnd(bytes(end()));
    }
    switch (random.nextInt(6)) {
      case 0 -> compare.setVersion(random.nextLong(3));
      case 1 -> compare.setCreateRevision(revision(newest));
      case 2 -> compare.setModRevision(revision(newest));
      case 3 -> compare.setValue(bytes(VALUES[random.nextInt(VALUES.length)]));
      case 4 -> compare.setLease(random.nextLong(2));
      default -> {}
    }
    return compare.build();
  }

  private RequestOp op(long newest, int depth) {
    var op = RequestOp.newBuilder();
    switch (random.nextInt(depth > 2 ? 6 : 7)) {
      case 0, 1 -> op.setRequestRange(range(newest));
      case 2, 3, 4 -> op.setRequestPut(put());
      case 5 -> op.setRequestDeleteRange(delete());
      default -> op.setRequestTxn(drawTxn(newest, depth + 1));
    }
    return op.build();
  }

  private TxnRequest drawTxn(long newest, int depth) {
    var txn = TxnRequest.newBuilder();
    for (int i = random.nextInt(3); i > 0; i--) {
      txn.addCompare(compare(newest));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      txn.addSuccess(op(newest, depth));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      txn.addFailure(op(newest, depth));
    }
    return txn.build();
  }

  /// One that passes the door.
  TxnRequest txn(long newest) {
    while (true) {
      var drawn = drawTxn(newest, 0);
      try {
        if (Validation.check(Request.Txn.read(Bytes.of(drawn.toByteArray())), 128) == null) {
          return drawn;
        }
      } catch (MalformedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /// One that only reads.
  TxnRequest reading(long newest) {
    var txn = TxnRequest.newBuilder().addCompare(compare(newest));
    for (int i = random.nextInt(4); i > 0; i--) {
      txn.addSuccess(RequestOp.newBuilder().setRequestRange(range(newest)));
      txn.addFailure(RequestOp.newBuilder().setRequestRange(range(newest)));
    }
    return txn.build();
  }
}
