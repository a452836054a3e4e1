package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Changes that an [Engine] takes in as a whole. A later one of the same key counts.
public final class Batch {
  /// One change of a key.
  ///
  /// @param value what the key has from now on; null if it is removed
  public record Change(Engine.Family family, Bytes key, @Nullable Bytes value) {}

  private final List<Change> changes = new ArrayList<>();

  public void put(Engine.Family family, Bytes key, Bytes value) {
    changes.add(new Change(family, key, value));
  }

  public void remove(Engine.Family family, Bytes key) {
    changes.add(new Change(family, key, null));
  }

  public boolean isEmpty() {
    return changes.isEmpty();
  }

  public List<Change> changes() {
    return changes;
  }
}
