package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.Engine.Family;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Changes that reach the engine together, on the heap until then. Unchanging once it is sealed.
final class Generation {
  /// What a change takes on the heap beside its bytes: a guess on the safe side.
  private static final int CHANGE_OVERHEAD = 200;

  /// One change of a key.
  ///
  /// @param before the change of the same key before it in this generation; null if it is the first
  /// @param superseded for the first, as what the key lived before; null if it did not
  record Change(
      Bytes key,
      Version version,
      Bytes keyValue,
      @Nullable Change before,
      @Nullable Version superseded) {

    /// The last change of the key up to a revision; null if there is none here.
    @Nullable Change upTo(long revision) {
      var change = this;
      while (change != null && change.version.mod() > revision) {
        change = change.before;
      }
      return change;
    }

    /// As what the key lived before this revision; null if it did not.
    @Nullable Version versionBefore(long revision) {
      var change = this;
      while (change.before != null && change.before.version.mod() >= revision) {
        change = change.before;
      }
      var last = change.before == null ? change.superseded : change.before.version;
      return last == null || last.isDelete() ? null : last;
    }

    /// The change that made this version of the key; null if it is none of these.
    @Nullable Change of(Version wanted) {
      var change = upTo(wanted.mod());
      while (change != null
          && change.version.mod() == wanted.mod()
          && change.version.sub() > wanted.sub()) {
        change = change.before;
      }
      return change != null && change.version.isAt(wanted.mod(), wanted.sub()) ? change : null;
    }
  }

  private final TreeMap<Bytes, Change> newest = new TreeMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final TreeMap<Long, NodeEntry> nodes = new TreeMap<>();

  /// The TTL of each lease that was granted; null if the lease went.
  private final TreeMap<Long, @Nullable Long> leases = new TreeMap<>();

  /// Alarms that were raised, and that were ended.
  private final TreeMap<Alarm, Boolean> alarms = new TreeMap<>();

  /// The last change of each key that is one of a living key, by the lease that it attaches to.
  private final TreeMap<Long, TreeMap<Bytes, Change>> attached = new TreeMap<>();

  private @Nullable Lessorship lessorship;
  private long bytes;

  /// Takes in a change later than all before.
  ///
  /// @param superseded as what the key lived before; null if it did not
  void add(Version version, Bytes keyValue, @Nullable Version superseded) {
    var key = KeyValues.key(keyValue);
    var before = newest.get(key);
    var change = new Change(key, version, keyValue, before, before == null ? superseded : null);
    if (before != null) {
      detach(before);
    }
    newest.put(key, change);
    attach(change);
    changes.add(change);
    bytes += CHANGE_OVERHEAD + keyValue.length();
  }

  private void attach(Change change) {
    long lease = change.version.lease();
    if (lease != 0) {
      attached.computeIfAbsent(lease, id -> new TreeMap<>()).put(change.key, change);
    }
  }

  private void detach(Change change) {
    var keys = attached.get(change.version.lease());
    if (keys != null) {
      keys.remove(change.key);
      if (keys.isEmpty()) {
        attached.remove(change.version.lease());
      }
    }
  }

  /// The last change of each key that attaches it to a lease, by key.
  SortedMap<Bytes, Change> attached(long lease) {
    var keys = attached.get(lease);
    return keys == null ? Collections.emptySortedMap() : keys;
  }

  /// @param ttl in seconds; null if the lease goes
  void putLease(long id, @Nullable Long ttl) {
    leases.put(id, ttl);
    bytes += CHANGE_OVERHEAD;
  }

  void putLessorship(Lessorship now) {
    lessorship = now;
  }

  /// @param raised false if it was ended
  void putAlarm(Alarm alarm, boolean raised) {
    alarms.put(alarm, raised);
    bytes += CHANGE_OVERHEAD;
  }

  void putNode(NodeEntry node) {
    nodes.put(node.id(), node);
    bytes += CHANGE_OVERHEAD;
  }

  /// How many changes there are.
  int size() {
    return changes.size();
  }

  /// Takes back all changes but the first `size`.
  void undoTo(int size) {
    while (changes.size() > size) {
      var change = changes.removeLast();
      bytes -= CHANGE_OVERHEAD + change.keyValue.length();
      detach(change);
      if (change.before == null) {
        newest.remove(change.key);
      } else {
        newest.put(change.key, change.before);
        attach(change.before);
      }
    }
  }

  long bytes() {
    return bytes;
  }

  /// The last change of a key here; null if there is none.
  @Nullable Change newest(Bytes key) {
    return newest.get(key);
  }

  /// The last change of each key.
  NavigableMap<Bytes, Change> newest() {
    return newest;
  }

  List<Change> changes() {
    return changes;
  }

  /// Adds all of it to a batch.
  void addTo(Batch batch) {
    for (var change : changes) {
      var version = change.version;
      batch.put(Family.REV, Layout.revision(version.mod(), version.sub()), change.keyValue);
    }
    newest.forEach((key, change) -> index(key, change, batch));
    nodes.values().forEach(node -> Meta.putNode(batch, node));
    leases.forEach((id, ttl) -> Meta.putLease(batch, id, ttl));
    alarms.forEach((alarm, raised) -> Meta.putAlarm(batch, alarm, raised));
    if (lessorship != null) {
      Meta.putLessorship(batch, lessorship);
    }
  }

  private static void index(Bytes key, Change last, Batch batch) {
    var escaped = Layout.escaped(key);
    var newest = Layout.newest(escaped);
    if (last.version.isDelete()) {
      batch.remove(Family.IDX, newest);
      supersede(escaped, last.version, batch);
    } else {
      batch.put(Family.IDX, newest, Version.CODEC.encode(last.version));
    }
    var change = last;
    while (change.before != null) {
      change = change.before;
      supersede(escaped, change.version, batch);
    }
    var superseded = change.superseded;
    if (superseded != null) {
      supersede(escaped, superseded, batch);
      if (superseded.lease() != 0) {
        batch.remove(Family.META, Layout.attached(superseded.lease(), key));
      }
    }
    if (last.version.lease() != 0) {
      batch.put(
          Family.META,
          Layout.attached(last.version.lease(), key),
          Version.CODEC.encode(last.version));
    }
  }

  private static void supersede(Bytes escaped, Version version, Batch batch) {
    batch.put(
        Family.IDX,
        Layout.history(escaped, version.mod(), version.sub()),
        Version.CODEC.encode(version));
  }
}
