package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Engines on the heap, for tests and simulation: they behave as those of production do, with no
/// log below them.
///
/// This object is their disk: it outlives them and holds what each had at its last flush, so a
/// crash is to forget the engine and to open its directory again. Every state is an unchanging
/// value, so snapshots, flushes and openings cost nothing.
public final class HeapEngines implements Engines {
  /// What may befall the disk.
  public interface Medium {
    /// One that does what it is told, and keeps nothing of its own accord.
    Medium GOOD =
        new Medium() {
          @Override
          public void effect(String what) {}

          @Override
          public int found(int written) {
            return 0;
          }
        };

    /// Something is about to be done; whatever this throws, it is not done.
    void effect(String what);

    /// How many of the batches that were written since the last flush are found after a crash:
    /// storage may have flushed by itself.
    ///
    /// @param written how many there are
    int found(int written);
  }

  /// A whole state of an engine.
  private record State(Map<Engine.Family, PersistentMap> families) {
    static final State EMPTY = new State(Collections.emptyMap());

    PersistentMap of(Engine.Family family) {
      return families.getOrDefault(family, PersistentMap.EMPTY);
    }

    State with(Batch batch) {
      var changed = new EnumMap<Engine.Family, PersistentMap>(Engine.Family.class);
      changed.putAll(families);
      for (var change : batch.changes()) {
        var map = changed.getOrDefault(change.family(), PersistentMap.EMPTY);
        var value = change.value();
        changed.put(
            change.family(),
            value == null ? map.remove(change.key()) : map.put(change.key(), value));
      }
      return new State(changed);
    }

    long bytes() {
      long bytes = 0;
      for (var map : families.values()) {
        bytes += map.bytes();
      }
      return bytes;
    }
  }

  private static final class Slot {
    volatile State durable = State.EMPTY;
    volatile @Nullable HeapEngine user;
  }

  private final Medium medium;
  private final Map<String, Slot> slots = new TreeMap<>();

  public HeapEngines() {
    this(Medium.GOOD);
  }

  public HeapEngines(Medium medium) {
    this.medium = medium;
  }

  @Override
  public synchronized Engine open(String directory) {
    var slot = slots.computeIfAbsent(directory, name -> new Slot());
    var crashed = slot.user;
    if (crashed != null) {
      slot.durable = crashed.found();
    }
    var engine = new HeapEngine(medium, slot);
    slot.user = engine;
    return engine;
  }

  @Override
  public synchronized void delete(String directory) {
    medium.effect("delete " + directory);
    slots.remove(directory);
  }

  @Override
  public synchronized List<String> list() {
    return List.copyOf(slots.keySet());
  }

  private record HeapSnapshot(State state) implements Engine.Snapshot {
    @Override
    public @Nullable Bytes get(Engine.Family family, Bytes key) {
      return state.of(family).get(key);
    }

    @Override
    public List<@Nullable Bytes> getAll(Engine.Family family, List<Bytes> keys) {
      var values = new ArrayList<@Nullable Bytes>(keys.size());
      for (var key : keys) {
        values.add(get(family, key));
      }
      return values;
    }

    @Override
    public EngineView.Cursor cursor(Engine.Family family, Bytes from, @Nullable Bytes to) {
      return state.of(family).cursor(from, to);
    }

    @Override
    public void close() {}
  }

  private static final class HeapEngine implements Engine {
    private final Medium medium;
    private final Slot slot;
    private volatile State state;

    /// What each batch since the last flush came to.
    private final List<State> written = new ArrayList<>();

    HeapEngine(Medium medium, Slot slot) {
      this.medium = medium;
      this.slot = slot;
      this.state = slot.durable;
    }

    /// What a crash has left.
    State found() {
      int found = medium.found(written.size());
      return found == 0 ? slot.durable : written.get(found - 1);
    }

    /// An engine that crashed, and whose directory was opened anew, must not come back to life.
    private void requireInUse() {
      if (slot.user != this) {
        throw new EngineException("the engine was closed, or its directory opened anew");
      }
    }

    @Override
    public void write(Batch batch) {
      requireInUse();
      medium.effect("write to storage");
      state = state.with(batch);
      written.add(state);
    }

    @Override
    public HeapSnapshot snapshot() {
      requireInUse();
      return new HeapSnapshot(state);
    }

    @Override
    public void flush() {
      requireInUse();
      medium.effect("flush storage");
      slot.durable = state;
      written.clear();
    }

    @Override
    public @Nullable Bytes durable(Bytes key) {
      return slot.durable.of(Family.META).get(key);
    }

    @Override
    public @Nullable Bytes get(Family family, Bytes key) {
      return snapshot().get(family, key);
    }

    @Override
    public List<@Nullable Bytes> getAll(Family family, List<Bytes> keys) {
      return snapshot().getAll(family, keys);
    }

    @Override
    public EngineView.Cursor cursor(Family family, Bytes from, @Nullable Bytes to) {
      return snapshot().cursor(family, from, to);
    }

    @Override
    public void defragment() {
      flush();
    }

    @Override
    public long bytesOnDisk() {
      return slot.durable.bytes();
    }

    @Override
    public long bytesInUse() {
      return state.bytes();
    }

    @Override
    public void close() {
      requireInUse();
      slot.user = null;
    }
  }
}
