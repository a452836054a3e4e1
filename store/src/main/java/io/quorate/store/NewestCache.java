package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// The newest versions of keys that were used last, as the engine has them: so hot keys cost no
/// read. Also remembers of a key that it does not live.
///
/// What changed since stands in the overlay, which is asked first; what leaves the overlay comes
/// here. A read that takes time reserves a slot, and fills it only if no change took the slot in
/// between: so nothing old ever comes back.
final class NewestCache {
  /// What a slot takes on the heap beside its bytes: a guess on the safe side.
  private static final int OVERHEAD = 250;

  /// Larger values are not kept: one would drive out too much else.
  private static final int MAX_VALUE = 1 << 16;

  /// What is known of a key.
  static final class Slot {
    private final Bytes key;
    private boolean known;
    private @Nullable Version version;
    private @Nullable Bytes keyValue;

    private Slot(Bytes key) {
      this.key = key;
    }

    private long bytes() {
      return (long) OVERHEAD + key.length() + (keyValue == null ? 0 : keyValue.length());
    }

    /// The living version; null if the key does not live.
    @Nullable Version version() {
      return version;
    }

    /// Its encoded `mvccpb.KeyValue`; null if that is not kept here.
    @Nullable Bytes keyValue() {
      return keyValue;
    }
  }

  private final long capacity;
  private final LinkedHashMap<Bytes, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /// @param capacity bytes
  NewestCache(long capacity) {
    this.capacity = capacity;
  }

  /// What is known of a key; null if nothing is.
  @Nullable Slot get(Bytes key) {
    var slot = slots.get(key);
    return slot != null && slot.known ? slot : null;
  }

  /// A slot for what a read that begins now will find, to be handed to [#fill].
  Slot reserve(Bytes key) {
    var present = slots.get(key);
    if (present != null) {
      return present;
    }
    var slot = new Slot(key.compact());
    insert(slot);
    return slot;
  }

  /// What a read has found for a reserved slot.
  void fill(Slot reserved, @Nullable Version version, @Nullable Bytes keyValue) {
    if (slots.get(reserved.key) == reserved && (!reserved.known || reserved.keyValue == null)) {
      put(reserved.key, version, keyValue);
    }
  }

  /// What a key is from now on.
  void put(Bytes key, @Nullable Version version, @Nullable Bytes keyValue) {
    var old = slots.remove(key);
    if (old != null) {
      bytes -= old.bytes();
    }
    var kept = keyValue != null && keyValue.length() <= MAX_VALUE ? keyValue : null;
    // The key as a part of what is kept anyway, so that neither holds on to a whole batch.
    var slot = new Slot(kept == null ? key.compact() : KeyValues.key(kept));
    slot.known = true;
    slot.version = version;
    slot.keyValue = kept;
    insert(slot);
  }

  private void insert(Slot slot) {
    slots.put(slot.key, slot);
    bytes += slot.bytes();
    while (bytes > capacity && !slots.isEmpty()) {
      bytes -= slots.pollFirstEntry().getValue().bytes();
    }
  }
}
