package io.quorate.simulation.consensus;

import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import java.util.List;

/// What a sequence of a member's records says, folded by the checkers themselves. Each protocol has
/// its own.
///
/// @param <F> the protocol's
public abstract class Fold<F extends Fold<F>> {
  /// An entry as far as checkers care: its mark, and a hash of what it carries.
  public record Held(long mark, long hash) {
    public static Held of(Entry entry) {
      return new Held(entry.mark(), Fold.hash(entry.payload()));
    }
  }

  /// Everything up to here is decided and held by the replica, whatever the records say.
  private Point decidedHeld = Point.ORIGIN;

  /// FNV-1a over the payload's bytes.
  public static long hash(Payload payload) {
    var bytes = Payload.CODEC.encode(payload);
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < bytes.length(); i++) {
      hash = (hash ^ (bytes.at(i) & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  public Point decidedHeld() {
    return decidedHeld;
  }

  protected void hold(Point point) {
    if (point.index() > decidedHeld.index()) {
      decidedHeld = point;
    }
  }

  /// The machine journals a record.
  public abstract void apply(JournalRecord record);

  /// The replica got decided entries by itself: they hold whatever the machine's records said.
  public abstract void learn(List<Entry> entries);

  /// The machine is told that everything up to a point is decided.
  public abstract void catchUp(Point point);

  /// Whether an entry that is decided would be found again from this.
  public abstract boolean holds(long index, Held entry);

  public abstract F copy();
}
