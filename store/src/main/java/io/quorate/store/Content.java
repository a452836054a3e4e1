package io.quorate.store;

import io.quorate.consensus.wire.Bytes;

/// The changes that a store logically holds, in their order: all since the compaction, and of those
/// before it the last one of each key, unless that is a delete older than the compaction. How far
/// removal has come in the background makes no difference.
final class Content implements AutoCloseable {
  private final Keys keys;
  private final Keys.Changes changes;
  private final long compacted;
  private final boolean isRemoved;
  private final long end;

  /// @param removed how far removal has come in this state
  /// @param from the first revision to show
  /// @param end the last one
  Content(Keys keys, Meta.Revisions revisions, Meta.Removed removed, long from, long end) {
    this.keys = keys;
    this.changes = keys.changes(from);
    this.compacted = revisions.compacted();
    this.isRemoved = removed.done() >= revisions.compacted();
    this.end = end;
  }

  /// @return false behind the last change
  boolean next() {
    while (changes.next() && changes.mod() <= end) {
      if (isRemoved || changes.mod() > compacted || isKept()) {
        return true;
      }
    }
    return false;
  }

  private boolean isKept() {
    var last = keys.last(KeyValues.key(changes.keyValue()), compacted);
    return last != null
        && last.isAt(changes.mod(), changes.sub())
        && (!last.isDelete() || last.mod() == compacted);
  }

  long mod() {
    return changes.mod();
  }

  int sub() {
    return changes.sub();
  }

  Bytes keyValue() {
    return changes.keyValue();
  }

  @Override
  public void close() {
    changes.close();
  }
}
