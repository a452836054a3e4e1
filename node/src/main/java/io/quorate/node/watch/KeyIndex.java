package io.quorate.node.watch;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.KeyRange;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Values by what they are about, a key or a range of keys: finds all that are about a key.
final class KeyIndex<V> {
  private final Map<Bytes, Set<V>> keys = new LinkedHashMap<>();
  private final IntervalTree<V> ranges = new IntervalTree<>();

  void add(KeyRange about, V value) {
    if (about.isSingle()) {
      keys.computeIfAbsent(about.from(), key -> new LinkedHashSet<>(1)).add(value);
    } else {
      ranges.add(about.from(), about.to(), value);
    }
  }

  void remove(KeyRange about, V value) {
    if (!about.isSingle()) {
      ranges.remove(about.from(), about.to(), value);
      return;
    }
    var values = keys.get(about.from());
    if (values != null && values.remove(value) && values.isEmpty()) {
      keys.remove(about.from());
    }
  }

  boolean isEmpty() {
    return keys.isEmpty() && ranges.isEmpty();
  }

  void forEach(Bytes key, Consumer<? super V> found) {
    var values = keys.get(key);
    if (values != null) {
      values.forEach(found);
    }
    ranges.forEach(key, found);
  }
}
