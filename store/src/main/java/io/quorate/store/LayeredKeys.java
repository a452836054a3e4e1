package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The newest state: the overlay, then the cache, then the engine. For the loop alone.
final class LayeredKeys implements Keys {
  private final Overlay overlay;
  private final NewestCache cache;
  private final EngineKeys engine;

  LayeredKeys(Overlay overlay, NewestCache cache, EngineKeys engine) {
    this.overlay = overlay;
    this.cache = cache;
    this.engine = engine;
  }

  /// Whether a key's newest version is known without reading from the engine.
  ///
  /// @param withValue whether its value must be, too
  boolean isAtHand(Bytes key, boolean withValue) {
    if (overlay.newest(key) != null) {
      return true;
    }
    var slot = cache.get(key);
    return slot != null && (!withValue || slot.version() == null || slot.keyValue() != null);
  }

  @Override
  public @Nullable Version live(Bytes key, long revision) {
    var change = overlay.upTo(key, revision);
    if (change != null) {
      return change.version().isDelete() ? null : change.version();
    }
    var slot = cache.get(key);
    if (slot != null) {
      var version = slot.version();
      if (revision == NEWEST || (version != null && version.mod() <= revision)) {
        return version;
      }
    }
    return engine.live(key, revision);
  }

  @Override
  public @Nullable Version last(Bytes key, long revision) {
    var change = overlay.upTo(key, revision);
    return change != null ? change.version() : engine.last(key, revision);
  }

  @Override
  public Walk walk(KeyRange range, long revision) {
    if (range.isEmpty()) {
      return new Single(range.from(), null);
    }
    return range.isSingle()
        ? new Single(range.from(), live(range.from(), revision))
        : new Merged(range, revision);
  }

  @Override
  public Walk attached(long lease) {
    return new AttachedWalk(engine.attached(lease), overlay.attached(lease).iterator(), overlay);
  }

  @Override
  public Bytes keyValue(Bytes key, Version version) {
    var change = overlay.of(key, version);
    if (change != null) {
      return change.keyValue();
    }
    var slot = cache.get(key);
    return slot != null && slot.keyValue() != null && version.equals(slot.version())
        ? slot.keyValue()
        : engine.keyValue(key, version);
  }

  @Override
  public List<Bytes> keyValues(List<Found> found) {
    var keyValues = new ArrayList<Bytes>(found.size());
    for (var each : found) {
      keyValues.add(keyValue(each.key(), each.version()));
    }
    return keyValues;
  }

  @Override
  public Changes changes(long from) {
    return new AllChanges(engine.changes(from), overlay.changes(from).iterator());
  }

  /// The engine's keys and those of the overlay, whose word counts where it has one.
  private final class Merged extends Finding {
    private final long revision;
    private final Walk below;
    private final Iterator<Bytes> above;

    private boolean moveBelow = true;
    private boolean moveAbove = true;
    private @Nullable Bytes belowKey;
    private @Nullable Bytes aboveKey;

    Merged(KeyRange range, long revision) {
      this.revision = revision;
      this.below = engine.walk(range, revision);
      this.above = overlay.keys(range).iterator();
    }

    @Override
    public boolean next() {
      while (true) {
        if (moveBelow) {
          belowKey = below.next() ? below.key() : null;
        }
        if (moveAbove) {
          aboveKey = above.hasNext() ? above.next() : null;
        }
        if (belowKey == null && aboveKey == null) {
          return false;
        }
        int order = order(belowKey, aboveKey);
        moveBelow = order <= 0;
        moveAbove = order >= 0;
        if (aboveKey != null && moveAbove) {
          var change = overlay.upTo(aboveKey, revision);
          if (change != null) {
            if (change.version().isDelete()) {
              continue;
            }
            return found(aboveKey, change.version());
          }
        }
        if (belowKey != null && moveBelow) {
          return found(belowKey, below.version());
        }
      }
    }

    private static int order(@Nullable Bytes below, @Nullable Bytes above) {
      if (below == null) {
        return 1;
      }
      return above == null ? -1 : below.compareTo(above);
    }

    @Override
    public void close() {
      below.close();
    }
  }

  /// The engine's changes, then those of the overlay. The generation on its way may stand in both.
  private static final class AllChanges implements Changes {
    private final Changes below;
    private final Iterator<Generation.Change> above;

    private boolean isBelow = true;
    private long mod = -1;
    private int sub;
    private Bytes keyValue = Bytes.EMPTY;

    AllChanges(Changes below, Iterator<Generation.Change> above) {
      this.below = below;
      this.above = above;
    }

    @Override
    public boolean next() {
      isBelow = isBelow && below.next();
      if (isBelow) {
        mod = below.mod();
        sub = below.sub();
        keyValue = below.keyValue();
        return true;
      }
      while (above.hasNext()) {
        var change = above.next();
        var version = change.version();
        if (version.mod() > mod || (version.mod() == mod && version.sub() > sub)) {
          mod = version.mod();
          sub = version.sub();
          keyValue = change.keyValue();
          return true;
        }
      }
      return false;
    }

    @Override
    public long mod() {
      return mod;
    }

    @Override
    public int sub() {
      return sub;
    }

    @Override
    public Bytes keyValue() {
      return keyValue;
    }

    @Override
    public void close() {
      below.close();
    }
  }
}
