package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one write changed, in its order: all of one revision.
public final class Written {
  private final long revision;
  private final List<Generation.Change> changes;
  private final Keys keys;

  /// @param changes at least one
  /// @param keys the state after them
  Written(long revision, List<Generation.Change> changes, Keys keys) {
    this.revision = revision;
    this.changes = changes;
    this.keys = keys;
  }

  public long revision() {
    return revision;
  }

  /// How many changes there are.
  public int size() {
    return changes.size();
  }

  /// Bytes of what the keys were before, as far as that is known without reading it.
  public long previousSize() {
    long size = 0;
    for (var change : changes) {
      var before = change.versionBefore(revision);
      size += before == null ? 0 : before.size();
    }
    return size;
  }

  /// @param index from 0 on
  public Bytes key(int index) {
    return changes.get(index).key();
  }

  /// @param index from 0 on
  /// @param previousToo whether what the key was before this write is read, too
  public Event event(int index, boolean previousToo) {
    var change = changes.get(index);
    return new Event(
        revision,
        change.version().isDelete(),
        change.keyValue(),
        previousToo ? previous(change) : null);
  }

  private @Nullable Bytes previous(Generation.Change change) {
    var before = change.versionBefore(revision);
    return before == null ? null : keys.keyValue(change.key(), before);
  }
}
