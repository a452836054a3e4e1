package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// The keys that are attached to a lease now: those that the engine holds as such, but for what the
/// overlay says of them, and those that the overlay attached.
final class AttachedWalk implements Keys.Walk {
  private final Keys.Walk below;
  private final Iterator<Generation.Change> above;
  private final Overlay overlay;

  private @Nullable Bytes belowKey;
  private Generation.@Nullable Change aboveChange;
  private Bytes key = Bytes.EMPTY;
  private @Nullable Version version;

  /// @param below those that the engine holds
  /// @param above those that the overlay attached, in their order
  AttachedWalk(Keys.Walk below, Iterator<Generation.Change> above, Overlay overlay) {
    this.below = below;
    this.above = above;
    this.overlay = overlay;
    moveBelow();
    moveAbove();
  }

  private void moveBelow() {
    do {
      belowKey = below.next() ? below.key() : null;
    } while (belowKey != null && overlay.newest(belowKey) != null);
  }

  private void moveAbove() {
    aboveChange = above.hasNext() ? above.next() : null;
  }

  @Override
  public boolean next() {
    var ofEngine = belowKey;
    var change = aboveChange;
    if (change != null && (ofEngine == null || change.key().compareTo(ofEngine) < 0)) {
      key = change.key();
      version = change.version();
      moveAbove();
      return true;
    } else if (ofEngine != null) {
      key = ofEngine;
      version = below.version();
      moveBelow();
      return true;
    }
    return false;
  }

  @Override
  public Bytes key() {
    return key;
  }

  @Override
  public Version version() {
    if (version == null) {
      throw new IllegalStateException("no key");
    }
    return version;
  }

  @Override
  public void close() {
    below.close();
  }
}
