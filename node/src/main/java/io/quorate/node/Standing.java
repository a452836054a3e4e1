package io.quorate.node;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What the others have said of this node in its present life: who welcomed it, and who refuses it
/// and why.
final class Standing {
  private final Set<Long> welcomedBy = new TreeSet<>();
  private final Map<Long, String> refusedBy = new TreeMap<>();

  /// @return whether that is news
  boolean welcomed(long by) {
    boolean wasRefused = refusedBy.remove(by) != null;
    boolean isFirst = welcomedBy.add(by);
    return wasRefused || isFirst;
  }

  /// A welcome that it gave before stands: it keeps the disk of this node durably since.
  void refused(long by, String reason) {
    refusedBy.put(by, reason);
  }

  /// Why others refuse this node, by node; empty where none does.
  Map<Long, String> refusedBy() {
    return refusedBy;
  }

  /// Whether more than half of some others have welcomed it.
  boolean isVouchedForBy(Set<Long> others) {
    long welcomes = others.stream().filter(welcomedBy::contains).count();
    return welcomes > others.size() / 2 || others.isEmpty();
  }
}
