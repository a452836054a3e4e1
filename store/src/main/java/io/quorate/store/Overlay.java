package io.quorate.store;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What was applied and is not yet in the engine: a generation that is being filled, and below it
/// the one on its way into the engine, if any.
final class Overlay {
  private Generation filling = new Generation();
  private @Nullable Generation draining;

  Generation filling() {
    return filling;
  }

  @Nullable Generation draining() {
    return draining;
  }

  long bytes() {
    return filling.bytes() + (draining == null ? 0 : draining.bytes());
  }

  /// How many changes there are.
  int size() {
    return filling.size() + (draining == null ? 0 : draining.size());
  }

  /// Goes on with a generation that holds all that has happened since there was nothing here.
  void adopt(Generation made) {
    require(
        filling.bytes() == 0 && draining == null,
        "%s changes of %s bytes are in the way",
        size(),
        bytes());
    filling = made;
  }

  /// Begins a new generation; the one before is on its way from now on.
  Generation seal() {
    if (draining != null) {
      throw new IllegalStateException("a generation is on its way");
    }
    var sealed = filling;
    draining = sealed;
    filling = new Generation();
    return sealed;
  }

  /// The generation that was on its way is in the engine.
  Generation drop() {
    var dropped = draining;
    if (dropped == null) {
      throw new IllegalStateException("no generation is on its way");
    }
    draining = null;
    return dropped;
  }

  /// The last change of a key; null if there is none here.
  Generation.@Nullable Change newest(Bytes key) {
    var change = filling.newest(key);
    return change == null && draining != null ? draining.newest(key) : change;
  }

  /// The last change of a key up to a revision; null if there is none here.
  Generation.@Nullable Change upTo(Bytes key, long revision) {
    var change = filling.newest(key);
    var found = change == null ? null : change.upTo(revision);
    if (found == null && draining != null) {
      var drained = draining.newest(key);
      found = drained == null ? null : drained.upTo(revision);
    }
    return found;
  }

  /// The change that made this version of a key; null if it is not here.
  Generation.@Nullable Change of(Bytes key, Version version) {
    var change = filling.newest(key);
    var found = change == null ? null : change.of(version);
    if (found == null && draining != null) {
      var drained = draining.newest(key);
      found = drained == null ? null : drained.of(version);
    }
    return found;
  }

  /// The last change of each key here that is attached to a lease by it, in the keys' order.
  Iterable<Generation.Change> attached(long lease) {
    var filled = filling.attached(lease);
    if (draining == null) {
      return filled.values();
    }
    var all = new TreeMap<>(filled);
    draining
        .attached(lease)
        .forEach((key, change) -> {
          if (filling.newest(key) == null) {
            all.put(key, change);
          }
        });
    return all.values();
  }

  /// The keys of a range that changed, in their order.
  Iterable<Bytes> keys(KeyRange range) {
    var filled = part(filling.newest(), range).navigableKeySet();
    if (draining == null) {
      return filled;
    }
    var all = new TreeSet<>(filled);
    all.addAll(part(draining.newest(), range).navigableKeySet());
    return all;
  }

  private static NavigableMap<Bytes, Generation.Change> part(
      NavigableMap<Bytes, Generation.Change> keys, KeyRange range) {
    return range.to() == null
        ? keys.tailMap(range.from(), true)
        : keys.subMap(range.from(), true, range.to(), false);
  }

  /// All changes from a revision on, in their order.
  List<Generation.Change> changes(long from) {
    var all = new ArrayList<Generation.Change>();
    if (draining != null) {
      all.addAll(draining.changes());
    }
    all.addAll(filling.changes());
    all.removeIf(change -> change.version().mod() < from);
    return all;
  }
}
