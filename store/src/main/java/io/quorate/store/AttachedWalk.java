package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// The keys that are attached to a lease now: those that the engine holds as such, but for what the
/// overlay says of them, and those that the overlay attached.
final class AttachedWalk extends Keys.Finding {
  private final Keys.Walk below;
  private final Iterator<Generation.Change> above;
  private final Overlay overlay;

  private @Nullable Bytes belowKey;
  private Generation.@Nullable Change aboveChange;

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
      moveAbove();
      return found(change.key(), change.version());
    } else if (ofEngine != null) {
      var version = below.version();
      moveBelow();
      return found(ofEngine, version);
    }
    return false;
  }

  @Override
  public void close() {
    below.close();
  }
}
