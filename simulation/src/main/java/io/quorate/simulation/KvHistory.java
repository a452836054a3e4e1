package io.quorate.simulation;

import static io.quorate.simulation.ViolationException.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What clients asked of a store and were told, in true time; and whether that can be: the check
/// from revisions, in linear time.
///
/// The claim is that the order of revisions *is* the order in which everything happened. So it is
/// not searched for, only verified: writes have revisions of their own, nothing that began after
/// something ended has a lower one, and every value that was read is the last one put before the
/// revision that it was read at.
final class KvHistory {
  private static final long NEVER = Long.MAX_VALUE;

  /// The value of a key from a revision on; null: it was deleted.
  private record Version(long revision, @Nullable String value) {}

  /// A call that was answered.
  ///
  /// @param write whether it changed something, at `revision`; else it read the state of `revision`
  private record Answered(long call, long end, boolean write, long revision, String what) {}

  private record Seen(String key, long stateRevision, @Nullable Version version, String what) {}

  private final List<Answered> answered = new ArrayList<>();
  private final Map<String, TreeMap<Long, Version>> versions = new TreeMap<>();
  private final List<Seen> seen = new ArrayList<>();
  private final Map<Long, String> writeAt = new TreeMap<>();
  private final Map<String, String> unknownPuts = new TreeMap<>();
  private int unknowns;

  int answeredCount() {
    return answered.size();
  }

  int unknownCount() {
    return unknowns;
  }

  /// A write took effect, alone at its revision.
  void wrote(long call, long end, String key, @Nullable String value, long revision) {
    var what = "write of %s = %s at %d".formatted(key, value, revision);
    var before = writeAt.putIfAbsent(revision, what);
    check(before == null, "C13", "%s, and %s", what, before);
    answered.add(new Answered(call, end, true, revision, what));
    add(key, new Version(revision, value), what);
  }

  /// A write may have taken effect, or may yet.
  void mayHaveWritten(String key, String value) {
    unknowns++;
    unknownPuts.put(value, key);
  }

  /// Something may have been deleted, or may yet be: from now on an absence proves nothing.
  void mayHaveDeleted() {
    unknowns++;
    deletionsUnknown = true;
  }

  private boolean deletionsUnknown;

  /// Something else was answered from the state of a revision, such as a comparison that failed.
  void observed(long call, long end, long revision, String what) {
    answered.add(new Answered(call, end, false, revision, what));
  }

  /// A key was read.
  ///
  /// @param linearizable whether the answer had to be fresh
  /// @param modRevision of the value that was found; 0 if the key was absent
  void read(
      long call,
      long end,
      boolean linearizable,
      String key,
      long stateRevision,
      long modRevision,
      @Nullable String value) {
    var what = "read of %s at %d: %s of %d".formatted(key, stateRevision, value, modRevision);
    if (linearizable) {
      answered.add(new Answered(call, end, false, stateRevision, what));
    }
    if (modRevision == 0) {
      seen.add(new Seen(key, stateRevision, null, what));
      return;
    }
    check(modRevision <= stateRevision, "C7", "%s", what);
    var version = new Version(modRevision, value);
    add(key, version, what);
    seen.add(new Seen(key, stateRevision, version, what));
  }

  private void add(String key, Version version, String what) {
    var other =
        versions.computeIfAbsent(key, k -> new TreeMap<>()).putIfAbsent(version.revision, version);
    check(other == null || other.equals(version), "C13", "%s, but also %s", what, other);
  }

  /// Verifies all that was recorded.
  void verify() {
    realTime();
    values();
    once();
  }

  /// Nothing that began after something ended saw less (C5, C7).
  private void realTime() {
    var byCall = new ArrayList<>(answered);
    byCall.sort(Comparator.comparingLong(Answered::call));
    var byEnd = new ArrayList<>(answered);
    byEnd.sort(Comparator.comparingLong(Answered::end));
    Answered greatest = null;
    int ended = 0;
    for (var op : byCall) {
      while (ended < byEnd.size() && byEnd.get(ended).end < op.call) {
        var over = byEnd.get(ended++);
        greatest = greatest == null || over.revision > greatest.revision ? over : greatest;
      }
      if (greatest != null) {
        check(
            op.write ? op.revision > greatest.revision : op.revision >= greatest.revision,
            "C7",
            "%s began after %s had ended",
            op.what,
            greatest.what);
      }
    }
  }

  /// What was read is the last value put before.
  private void values() {
    for (var each : seen) {
      var known = versions.get(each.key);
      var last = known == null ? null : known.floorEntry(each.stateRevision);
      if (each.version != null) {
        check(
            last != null && last.getKey() == each.version.revision,
            "C7",
            "%s, but the last is %s",
            each.what,
            last);
      } else {
        check(
            last == null || last.getValue().value == null || deletionsUnknown,
            "C7",
            "%s, but there is %s",
            each.what,
            last);
      }
    }
  }

  /// Every value is unique, so it may stand at one revision only (C6).
  private void once() {
    var revisionOf = new TreeMap<String, Long>();
    versions.forEach((key, of) ->
        of.values()
            .forEach(version -> {
              if (version.value != null) {
                var before = revisionOf.put(version.value, version.revision);
                check(
                    before == null || before == version.revision,
                    "C6",
                    "%s took effect at %d and %d",
                    version.value,
                    before,
                    version.revision);
              }
            }));
  }

  /// The last revision that anything was told of.
  long lastRevision() {
    return answered.stream().mapToLong(Answered::revision).max().orElse(NEVER);
  }
}
