package io.quorate.store;

import io.quorate.store.Request.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a transaction is going to do: at each level the branch that its compares chose. All of them
/// look at the state before the outermost transaction (etcd-77), so this is known at its start.
///
/// @param succeeded whether the compares held
/// @param ops of the branch taken
/// @param inner the path of each of `ops` that is a transaction, in order
record TxnPath(boolean succeeded, List<Op> ops, List<TxnPath> inner) {

  static TxnPath choose(Request.Txn txn, Keys keys) {
    boolean succeeded = true;
    for (var compare : txn.compares()) {
      succeeded = succeeded && compare.holdsIn(keys);
    }
    var ops = succeeded ? txn.success() : txn.failure();
    var inner = new ArrayList<TxnPath>();
    for (var op : ops) {
      if (op instanceof Request.Txn within) {
        inner.add(choose(within, keys));
      }
    }
    return new TxnPath(succeeded, ops, inner);
  }

  /// Why the path cannot be taken in the state before it; null if it can (etcd-82, 83). What stands
  /// in branches not taken does not count. What is put comes first, then what is read.
  @Nullable Failure check(Keys keys, Write write, Meta.Revisions now) {
    var failure =
        first(op -> op instanceof Request.Put put ? write.checkWithOthers(put, keys) : null);
    return failure != null ? failure : first(op -> checkRange(op, now));
  }

  private static @Nullable Failure checkRange(Op op, Meta.Revisions now) {
    return op instanceof Request.Range range && range.revision() != 0
        ? RangeQuery.check(range.revision(), now)
        : null;
  }

  /// The first reason against any operation of the path, in their order; null if there is none.
  private @Nullable Failure first(Function<Op, @Nullable Failure> check) {
    var within = inner.iterator();
    for (var op : ops) {
      var failure = op instanceof Request.Txn ? within.next().first(check) : check.apply(op);
      if (failure != null) {
        return failure;
      }
    }
    return null;
  }
}
