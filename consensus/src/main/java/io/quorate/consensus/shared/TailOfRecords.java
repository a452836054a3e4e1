package io.quorate.consensus.shared;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Point;
import java.util.ArrayList;
import java.util.List;

/// The end of the log as the records of a journal tell it.
public final class TailOfRecords {
  private final ArrayList<Entry> entries = new ArrayList<>();

  /// Index of the first of `entries`, or of the one that would be.
  private long first = 1;

  /// A record says that the log from index `from` on is exactly this; without entries, that it
  /// begins anew there, and everything before is decided.
  public void replace(long from, List<Entry> replacing) {
    if (replacing.isEmpty() || from < first || from > last() + 1) {
      // Nothing older touches it: what lies before was decided and is held by the replica.
      entries.clear();
      first = from;
    } else {
      entries.subList((int) (from - first), entries.size()).clear();
    }
    entries.addAll(replacing);
  }

  /// A record says that nothing follows this index; what lies before it stays.
  public void truncate(long last) {
    if (last < first) {
      entries.clear();
      first = last + 1;
    } else if (last < last()) {
      entries.subList((int) (last - first) + 1, entries.size()).clear();
    }
  }

  /// Index of the last of the entries; one below the first if there are none.
  public long last() {
    return first + entries.size() - 1;
  }

  /// What follows a decided point: all behind it if the entry at the point is that very one, or if
  /// the records begin right behind it; else nothing, for it belongs to another history (R15, Z10).
  public List<Entry> behind(Point decided) {
    return last() < decided.index() || isAnother(decided)
        ? List.of()
        : entries.subList((int) (decided.index() - first) + 1, entries.size());
  }

  /// Whether entries stand at a decided point, or behind it, that belong to another history. What
  /// is journaled next must be told apart from them, or the next fold takes it for a part of
  /// theirs.
  public boolean isAnother(Point decided) {
    long offset = decided.index() - first;
    return last() >= decided.index()
        && (offset < -1 || (offset >= 0 && entries.get((int) offset).mark() != decided.mark()));
  }
}
