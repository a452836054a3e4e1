package io.quorate.store;

import io.quorate.store.Engine.Family;

/// Walks over the leases that an engine holds, by id. Stands before the first one at first.
final class StoredLeases implements AutoCloseable {
  private final EngineView.Cursor cursor;
  private boolean begun;

  StoredLeases(EngineView view) {
    cursor = view.cursor(Family.META, Layout.META_LEASES, Layout.META_LEASES_END);
  }

  /// @return false behind the last lease, however often it is asked
  boolean next() {
    if (begun && cursor.isValid()) {
      cursor.next();
    }
    begun = true;
    return cursor.isValid();
  }

  long id() {
    return Layout.lease(cursor.key());
  }

  /// Seconds.
  long ttl() {
    return Meta.ttl(cursor.value());
  }

  @Override
  public void close() {
    cursor.close();
  }
}
