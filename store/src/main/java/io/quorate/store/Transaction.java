package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.Responses.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Carries out a transaction: as a whole, or not at all.
final class Transaction {
  private final Keys keys;
  private final Write write;
  private final boolean wanted;

  /// Why it had to stop.
  private @Nullable Failure failure;

  private Transaction(Keys keys, Write write, boolean wanted) {
    this.keys = keys;
    this.write = write;
    this.wanted = wanted;
  }

  /// Applies a transaction that may write. After a failure nothing has changed.
  ///
  /// @param keys the newest state, with what `write` changes
  /// @param wanted whether the response is; it has only what `write` has room for
  static Outcome apply(
      Request.Txn txn, Keys keys, Write write, Meta.Revisions now, boolean wanted) {
    var path = TxnPath.choose(txn, keys);
    var refused = path.check(keys, write, now);
    if (refused != null) {
      return new Outcome.Failed(refused);
    }
    var run = new Transaction(keys, write, wanted);
    var body = run.body(path);
    if (run.failure != null) {
      write.undo();
      return new Outcome.Failed(run.failure);
    }
    return new Outcome.Done(write.revision(), body);
  }

  /// Answers a transaction that only reads.
  static Outcome read(Request.Txn txn, Keys keys, Meta.Revisions now, Room room) {
    var nothing = new Write(keys, lease -> false, new Generation(), now.newest(), room);
    var outcome = apply(txn, keys, nothing, now, true);
    return outcome instanceof Outcome.Done && room.isExceeded()
        ? new Outcome.Failed(Failure.ANSWER_TOO_LARGE)
        : outcome;
  }

  /// Whether the response is wanted and there is still room for it.
  private boolean answers() {
    return wanted && !write.room().isExceeded();
  }

  private Bytes body(TxnPath path) {
    var parts = new ArrayList<Part>();
    var inner = path.inner().iterator();
    for (var op : path.ops()) {
      switch (op) {
        case Request.Range range -> add(parts, 1, answers() ? read(range) : null);
        case Request.Put put -> add(parts, 2, write.put(put, answers()));
        case Request.DeleteRange delete -> add(parts, 3, write.deleteRange(delete, answers()));
        case Request.Txn _ -> {
          // The header of a transaction within another is empty (etcd-5).
          add(parts, 4, new Outcome.Done(0, body(inner.next())));
        }
        case Request.Nothing _ -> failure = Failure.KEY_NOT_FOUND;
      }
      if (failure != null) {
        return Bytes.EMPTY;
      }
    }
    return answers() ? Responses.txn(path.succeeded(), parts) : Bytes.EMPTY;
  }

  private Outcome read(Request.Range range) {
    long revision = range.revision() > 0 ? range.revision() : Keys.NEWEST;
    var body = RangeQuery.body(range, keys, revision, write.room());
    return new Outcome.Done(write.revision(), body == null ? Bytes.EMPTY : body);
  }

  private void add(List<Part> parts, int kind, @Nullable Outcome outcome) {
    switch (outcome) {
      case Outcome.Done(long revision, Bytes body) -> parts.add(new Part(kind, revision, body));
      case Outcome.Failed(Failure why) -> failure = why;
      case null -> {}
    }
  }
}
