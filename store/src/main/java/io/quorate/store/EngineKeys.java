package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.Engine.Family;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The keys that an engine holds, in its newest state or in a snapshot.
final class EngineKeys implements Keys {
  /// Values that are read at a time.
  private static final int VALUES = 256;

  /// How many entries of a key are passed one by one before the next key is sought: to seek costs
  /// some ten times as much, and a key may have a million entries.
  private static final int PATIENCE = 8;

  private final EngineView view;

  EngineKeys(EngineView view) {
    this.view = view;
  }

  @Override
  public @Nullable Version live(Bytes key, long revision) {
    if (revision == NEWEST) {
      var newest = view.get(Family.IDX, Layout.newest(Layout.escaped(key)));
      return newest == null ? null : Version.ofStored(newest);
    }
    var last = last(key, revision);
    return last == null || last.isDelete() ? null : last;
  }

  /// The living versions of many keys, in their order.
  List<@Nullable Version> live(List<Bytes> keys) {
    var entries = new ArrayList<Bytes>(keys.size());
    for (var key : keys) {
      entries.add(Layout.newest(Layout.escaped(key)));
    }
    var versions = new ArrayList<@Nullable Version>(keys.size());
    for (var value : view.getAll(Family.IDX, entries)) {
      versions.add(value == null ? null : Version.ofStored(value));
    }
    return versions;
  }

  @Override
  public @Nullable Version last(Bytes key, long revision) {
    var escaped = Layout.escaped(key);
    var first = Layout.newest(escaped);
    try (var cursor = view.cursor(Family.IDX, first, Layout.behind(escaped))) {
      if (cursor.isValid() && Layout.isNewest(cursor.key(), escaped)) {
        var newest = Version.ofStored(cursor.value());
        if (newest.mod() <= revision) {
          return newest;
        }
      }
      if (cursor.isValid()) {
        cursor.seek(Layout.historyUpTo(escaped, revision));
      }
      return cursor.isValid() ? Version.ofStored(cursor.value()) : null;
    }
  }

  @Override
  public Walk walk(KeyRange range, long revision) {
    if (range.isEmpty()) {
      return new Single(range.from(), null);
    }
    return range.isSingle()
        ? new Single(range.from(), live(range.from(), revision))
        : new IndexWalk(range, revision, view);
  }

  @Override
  public Walk attached(long lease) {
    return new StoredAttached(
        view.cursor(
            Family.META, Layout.attached(lease, Bytes.EMPTY), Layout.behindAttached(lease)));
  }

  @Override
  public Bytes keyValue(Bytes key, Version version) {
    return required(
        view.get(Family.REV, Layout.revision(version.mod(), version.sub())), key, version);
  }

  private static Bytes required(@Nullable Bytes keyValue, Bytes key, Version version) {
    if (keyValue == null) {
      throw new EngineException("key %s has no value in %s".formatted(key, version));
    }
    return keyValue;
  }

  @Override
  public List<Bytes> keyValues(List<Found> found) {
    var keyValues = new ArrayList<Bytes>(found.size());
    for (int from = 0; from < found.size(); from += VALUES) {
      var part = found.subList(from, Math.min(from + VALUES, found.size()));
      var revisions = new ArrayList<Bytes>(part.size());
      for (var each : part) {
        revisions.add(Layout.revision(each.version().mod(), each.version().sub()));
      }
      var values = view.getAll(Family.REV, revisions);
      for (int i = 0; i < part.size(); i++) {
        keyValues.add(required(values.get(i), part.get(i).key(), part.get(i).version()));
      }
    }
    return keyValues;
  }

  @Override
  public Changes changes(long from) {
    return new StoredChanges(view.cursor(Family.REV, Layout.revision(from, 0), null));
  }

  private static final class IndexWalk extends Finding {
    private final EngineView.Cursor cursor;
    private final long revision;

    /// The key whose entries are done with; null before the first.
    private @Nullable Bytes done;

    IndexWalk(KeyRange range, long revision, EngineView view) {
      this.revision = revision;
      this.cursor =
          view.cursor(
              Family.IDX,
              Layout.newest(Layout.escaped(range.from())),
              range.to() == null ? null : Layout.newest(Layout.escaped(range.to())));
    }

    @Override
    public boolean next() {
      passDone();
      while (cursor.isValid()) {
        var entry = cursor.key();
        var escaped = Layout.escapedKeyOf(entry);
        done = escaped;
        var last = lastOf(entry, escaped);
        if (last != null && !last.isDelete()) {
          return found(Layout.unescaped(escaped), last);
        }
        passDone();
      }
      return false;
    }

    /// The last change up to the revision of the key whose first entry the cursor stands on. Leaves
    /// the cursor at one of the key's entries, or behind them.
    private @Nullable Version lastOf(Bytes entry, Bytes escaped) {
      if (Layout.isNewest(entry, escaped)) {
        var newest = Version.ofStored(cursor.value());
        if (newest.mod() <= revision) {
          return newest;
        }
      } else if (Layout.historyMod(entry, escaped) <= revision) {
        return Version.ofStored(cursor.value());
      }
      cursor.seek(Layout.historyUpTo(escaped, revision));
      return cursor.isValid() && Layout.escapedKeyOf(cursor.key()).equals(escaped)
          ? Version.ofStored(cursor.value())
          : null;
    }

    private void passDone() {
      var passed = done;
      if (passed == null) {
        return;
      }
      for (int i = 0; i < PATIENCE; i++) {
        if (!cursor.isValid() || !Layout.escapedKeyOf(cursor.key()).equals(passed)) {
          return;
        }
        cursor.next();
      }
      cursor.seek(Layout.behind(passed));
    }

    @Override
    public void close() {
      cursor.close();
    }
  }

  /// Entries one after the other, as they are stored.
  private abstract static class Stored implements Steps {
    final EngineView.Cursor cursor;
    private boolean begun;

    Stored(EngineView.Cursor cursor) {
      this.cursor = cursor;
    }

    @Override
    public final boolean next() {
      if (begun) {
        cursor.next();
      }
      begun = true;
      return cursor.isValid();
    }

    @Override
    public final void close() {
      cursor.close();
    }
  }

  private static final class StoredAttached extends Stored implements Walk {
    StoredAttached(EngineView.Cursor cursor) {
      super(cursor);
    }

    @Override
    public Bytes key() {
      return Layout.attachedKey(cursor.key());
    }

    @Override
    public Version version() {
      return Version.ofStored(cursor.value());
    }
  }

  private static final class StoredChanges extends Stored implements Changes {
    StoredChanges(EngineView.Cursor cursor) {
      super(cursor);
    }

    @Override
    public long mod() {
      return Layout.mod(cursor.key());
    }

    @Override
    public int sub() {
      return Layout.sub(cursor.key());
    }

    @Override
    public Bytes keyValue() {
      return cursor.value();
    }
  }
}
