package io.quorate.consensus.zab;

import io.quorate.consensus.Point;
import io.quorate.consensus.shared.MarkedLog;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compares histories.
///
/// An epoch has one leader, which proposes one entry after the other behind one initial history. So
/// if two histories hold the same point, they are the same up to there; the entries of one epoch
/// stand together, and begin at the same index in every history that has any.
final class Histories {
  private Histories() {}

  /// Where a history stands: its decided point, then the last point of each epoch that has entries
  /// behind that.
  static List<Point> ends(MarkedLog history) {
    var ends = new ArrayList<Point>();
    ends.add(history.decidedPoint());
    for (long index = history.decided() + 1; index <= history.lastIndex(); index++) {
      boolean last = index == history.lastIndex();
      if (last || history.markAt(index + 1) != history.markAt(index)) {
        ends.add(new Point(index, history.markAt(index)));
      }
    }
    return List.copyOf(ends);
  }

  /// The last point that another history shares with this one, which is where TRUNC goes to and
  /// DIFF begins. The last zxid alone would not tell (ZK-2832): between an old common epoch and the
  /// end there may be epochs that only one of the two has.
  ///
  /// @param ends of the other history
  /// @return null if that is before all that is held here
  static @Nullable Point common(MarkedLog history, List<Point> ends) {
    for (var end : ends.reversed()) {
      if (end.index() >= history.base().index()) {
        long index = history.lastUpToMark(end.index(), end.mark());
        if (history.markAt(index) == end.mark()) {
          return new Point(index, end.mark());
        }
      }
    }
    return null;
  }

  /// Whether the first of two members has the more recent history: the one that followed a leader
  /// of a later epoch, or of the same epoch for longer (Medeiros, section 4.2).
  static boolean isNewer(long current, Point last, long thanCurrent, Point thanLast) {
    if (current != thanCurrent) {
      return current > thanCurrent;
    }
    return last.mark() != thanLast.mark()
        ? last.mark() > thanLast.mark()
        : last.index() > thanLast.index();
  }
}
