package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What is to be read from the engine so that it is at hand: some keys, ranges of them, and the
/// keys of some leases.
final class Wanted {
  /// @param withValues whether their values are needed, too
  record Range(KeyRange keys, boolean withValues) {}

  private final LayeredKeys present;
  private final Consumer<Bytes> atHand;
  private final @Nullable WriteObserver observer;

  /// Each key, and whether its value is needed, too.
  private final Map<Bytes, Boolean> keys = new LinkedHashMap<>();

  private final List<Range> ranges = new ArrayList<>();
  private final List<Long> leases = new ArrayList<>();

  private Wanted(LayeredKeys present, Consumer<Bytes> atHand, @Nullable WriteObserver observer) {
    this.present = present;
    this.atHand = atHand;
    this.observer = observer;
  }

  static Wanted key(LayeredKeys present, Bytes key) {
    var wanted = new Wanted(present, had -> {}, null);
    wanted.key(key, true);
    return wanted;
  }

  /// What commands will look at and what is not at hand.
  ///
  /// @param atHand is told of each key that is
  /// @param observer may ask what keys were before; null if there is none
  static Wanted by(
      Iterable<Bytes> commands,
      LayeredKeys present,
      Consumer<Bytes> atHand,
      @Nullable WriteObserver observer) {
    var wanted = new Wanted(present, atHand, observer);
    for (var command : commands) {
      try {
        wanted.command(Command.decode(command));
      } catch (MalformedException e) {
        // It will come to a failure, for which nothing must be read.
      }
    }
    return wanted;
  }

  boolean isEmpty() {
    return keys.isEmpty() && ranges.isEmpty() && leases.isEmpty();
  }

  Map<Bytes, Boolean> keys() {
    return keys;
  }

  List<Range> ranges() {
    return ranges;
  }

  List<Long> leases() {
    return leases;
  }

  private void command(Command command) throws MalformedException {
    var request = command.request();
    switch (command.type()) {
      case PUT -> op(Request.Put.read(request));
      case DELETE_RANGE -> op(Request.DeleteRange.read(request));
      case TXN -> op(Request.Txn.read(request));
      case LEASE_REVOKE -> leases.add(Request.LeaseRevoke.read(request).id());
      case LEASE_EXPIRE -> leases.addAll(Expiry.CODEC.decode(request).leases());
      case COMPACT, LEASE_GRANT, BECOME_LESSOR, ALARM, DIRECTORY, PUBLISH -> {}
    }
  }

  private void op(Request.Op op) {
    switch (op) {
      case Request.Put put ->
          key(put.key(), put.prevKv() || put.ignoreValue() || isObserved(put.key()));
      case Request.DeleteRange delete ->
          keys(delete.keys(), delete.prevKv() || isObserved(delete.keys()));
      case Request.Range range -> keys(range.keys(), !range.keysOnly() && !range.countOnly());
      case Request.Txn txn -> {
        for (var compare : txn.compares()) {
          keys(compare.keys(), compare.target() == Compare.Target.VALUE);
        }
        txn.success().forEach(this::op);
        txn.failure().forEach(this::op);
      }
      case Request.Nothing _ -> {}
    }
  }

  private boolean isObserved(Bytes key) {
    return observer != null && observer.asksForPrevious(key);
  }

  private boolean isObserved(KeyRange range) {
    return range.isSingle()
        ? isObserved(range.from())
        : observer != null && observer.asksForPrevious();
  }

  private void keys(KeyRange range, boolean withValues) {
    if (range.isSingle()) {
      key(range.from(), withValues);
    } else if (!range.isEmpty()) {
      ranges.add(new Range(range, withValues));
    }
  }

  private void key(Bytes key, boolean withValue) {
    if (present.isAtHand(key, withValue)) {
      atHand.accept(key);
    } else {
      keys.merge(key, withValue, Boolean::logicalOr);
    }
  }
}
