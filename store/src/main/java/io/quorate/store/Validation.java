package io.quorate.store;

import io.quorate.store.Request.SortOrder;
import io.quorate.store.Request.SortTarget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a request must be whatever the state: checked at the door before it is proposed or read,
/// and once more when it is applied, whoever let it in.
public final class Validation {
  private Validation() {}

  /// Why the request is refused, or null. The first reason counts, in etcd's order.
  ///
  /// @param maxTxnOps how many compares, or operations in a branch, a transaction may have; one
  ///   within another may have what the outer one leaves (etcd-75)
  public static @Nullable Failure check(Request request, int maxTxnOps) {
    return switch (request) {
      case Request.Txn txn -> {
        var failure = checkOps(txn, maxTxnOps);
        yield failure != null ? failure : PutConflicts.check(txn);
      }
      default -> checkAlone(request, maxTxnOps);
    };
  }

  /// The checks that every replica makes alike: those that no setting of a node decides.
  static @Nullable Failure check(Request request) {
    return check(request, Integer.MAX_VALUE);
  }

  /// Why a command of this size is refused, or null (etcd-12).
  public static @Nullable Failure checkSize(int commandBytes, int maxRequestBytes) {
    return commandBytes <= maxRequestBytes ? null : Failure.REQUEST_TOO_LARGE;
  }

  private static @Nullable Failure checkAlone(Request request, int maxTxnOps) {
    return switch (request) {
      case Request.Range range -> checkRange(range);
      case Request.Put put -> checkPut(put);
      case Request.DeleteRange delete -> delete.key().isEmpty() ? Failure.EMPTY_KEY : null;
      case Request.Txn txn -> checkOps(txn, maxTxnOps);
      case Request.Nothing _ -> Failure.KEY_NOT_FOUND;
      case Request.Compact _, Request.LeaseGrant _, Request.LeaseRevoke _, Request.ChangeAlarm _ ->
          null;
    };
  }

  private static @Nullable Failure checkRange(Request.Range range) {
    if (range.key().isEmpty()) {
      return Failure.EMPTY_KEY;
    }
    return range.order() == SortOrder.UNKNOWN || range.target() == SortTarget.UNKNOWN
        ? Failure.INVALID_SORT_OPTION
        : null;
  }

  private static @Nullable Failure checkPut(Request.Put put) {
    if (put.key().isEmpty()) {
      return Failure.EMPTY_KEY;
    } else if (put.ignoreValue() && !put.value().isEmpty()) {
      return Failure.VALUE_PROVIDED;
    } else if (put.ignoreLease() && put.lease() != 0) {
      return Failure.LEASE_PROVIDED;
    }
    return null;
  }

  private static @Nullable Failure checkOps(Request.Txn txn, int maxTxnOps) {
    int most =
        Math.max(txn.compares().size(), Math.max(txn.success().size(), txn.failure().size()));
    if (most > maxTxnOps) {
      return Failure.TOO_MANY_OPS;
    }
    for (var compare : txn.compares()) {
      if (compare.key().isEmpty()) {
        return Failure.EMPTY_KEY;
      }
    }
    var failure = checkBranch(txn.success(), maxTxnOps - most);
    return failure != null ? failure : checkBranch(txn.failure(), maxTxnOps - most);
  }

  private static @Nullable Failure checkBranch(List<Request.Op> ops, int maxTxnOps) {
    for (var op : ops) {
      var failure = checkAlone(op, maxTxnOps);
      if (failure != null) {
        return failure;
      }
    }
    return null;
  }
}
