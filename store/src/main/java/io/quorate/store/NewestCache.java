package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// The newest versions of keys that are used often, as the engine has them: so hot keys cost no
/// read. Also remembers of a key that it does not live.
///
/// A key comes in among the recent ones, of which few are kept, and only a second use brings it to
/// the frequent ones (segmented LRU: Karedla, Love and Wherry, "Caching strategies to improve disk
/// system performance", 1994). So a million keys used once each drive out nothing, and their slots
/// die young.
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

  /// The recent keys' part of the capacity: one in so many.
  private static final int RECENT_PART = 16;

  /// Slots in the order in which they go.
  private static final class Segment {
    final LinkedHashMap<Bytes, Slot> slots;
    private final long capacity;
    private long bytes;

    Segment(long capacity, boolean usedLastGoesLast) {
      this.capacity = capacity;
      this.slots = new LinkedHashMap<>(16, 0.75f, usedLastGoesLast);
    }

    void insert(Slot slot) {
      remove(slot.key);
      slots.put(slot.key, slot);
      bytes += slot.bytes();
      while (bytes > capacity && !slots.isEmpty()) {
        bytes -= slots.pollFirstEntry().getValue().bytes();
      }
    }

    void clear() {
      slots.clear();
      bytes = 0;
    }

    @Nullable Slot remove(Bytes key) {
      var slot = slots.remove(key);
      if (slot != null) {
        bytes -= slot.bytes();
      }
      return slot;
    }
  }

  private final Segment recent;
  private final Segment frequent;

  /// @param capacity bytes
  NewestCache(long capacity) {
    long recentCapacity = capacity / RECENT_PART;
    this.recent = new Segment(recentCapacity, false);
    this.frequent = new Segment(capacity - recentCapacity, true);
  }

  private @Nullable Slot slot(Bytes key) {
    var slot = frequent.slots.get(key);
    return slot == null ? recent.slots.get(key) : slot;
  }

  /// What is known of a key; null if nothing is.
  @Nullable Slot get(Bytes key) {
    var slot = slot(key);
    return slot != null && slot.known ? slot : null;
  }

  /// A request is about a key: if the key was here before, it is used often.
  void use(Bytes key) {
    var slot = recent.slots.get(key);
    if (slot != null && slot.known) {
      recent.remove(key);
      frequent.insert(slot);
    }
  }

  /// A slot for what a read that begins now will find, to be handed to [#fill].
  Slot reserve(Bytes key) {
    var present = slot(key);
    if (present != null) {
      return present;
    }
    var slot = new Slot(key.compact());
    recent.insert(slot);
    return slot;
  }

  /// What a read has found for a reserved slot.
  void fill(Slot reserved, @Nullable Version version, @Nullable Bytes keyValue) {
    if (slot(reserved.key) == reserved && (!reserved.known || reserved.keyValue == null)) {
      put(reserved.key, version, keyValue);
    }
  }

  /// Forgets everything.
  void clear() {
    recent.clear();
    frequent.clear();
  }

  /// What a key is from now on.
  void put(Bytes key, @Nullable Version version, @Nullable Bytes keyValue) {
    var kept = keyValue != null && keyValue.length() <= MAX_VALUE ? keyValue : null;
    // The key as a part of what is kept anyway, so that neither holds on to a whole batch.
    var slot = new Slot(kept == null ? key.compact() : KeyValues.key(kept));
    slot.known = true;
    slot.version = version;
    slot.keyValue = kept;
    (frequent.slots.containsKey(key) ? frequent : recent).insert(slot);
  }
}
