package io.quorate.simulation.raft;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Point;
import io.quorate.consensus.raft.RaftRecord;
import io.quorate.simulation.consensus.Fold;
import io.quorate.simulation.consensus.Member;
import io.quorate.simulation.watch.Moments;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What members put into their logs: R4, R5, R9 and R15.
final class RaftLogs {
  private final Moments moments;
  private final Map<Point, Point> entryBefore = new LinkedHashMap<>();
  private final Map<Point, Long> contentOf = new LinkedHashMap<>();

  RaftLogs(Moments moments) {
    this.moments = moments;
  }

  void journaled(Member<RaftFold> member, RaftRecord.Log record) {
    long from = record.from();
    var entries = record.entries();
    long last = member.memory().lastIndex();
    check(
        from > member.decided(),
        "R9",
        "node %x replaces entry %d, decided up to %d",
        member.node(),
        from,
        member.decided());
    check(
        !entries.isEmpty() || from > last,
        "R15",
        "node %x drops entries %d to %d, which follow what it caught up to",
        member.node(),
        from,
        last);
    if (from <= last) {
      moments.saw("undecided entries replaced");
    }
    check(
        !member.leads() || from > last,
        "R5",
        "leader %x replaces entry %d of its own",
        member.node(),
        from);
    entriesMatch(before(member, from), entries);
  }

  private static @Nullable Point before(Member<RaftFold> member, long from) {
    var decided = member.memory().decidedHeld();
    if (from - 1 == decided.index()) {
      return decided;
    }
    var held = member.memory().log.get(from - 1);
    return held != null && from - 1 > decided.index() ? new Point(from - 1, held.mark()) : null;
  }

  /// R4: an entry's index and term tell what it carries, and what stands before it.
  private void entriesMatch(@Nullable Point first, List<Entry> entries) {
    var before = first;
    for (var entry : entries) {
      var point = entry.point();
      var content = Fold.hash(entry.payload());
      var other = contentOf.putIfAbsent(point, content);
      check(other == null || other == content, "R4", "two entries at %s", point);
      if (before != null) {
        var otherBefore = entryBefore.putIfAbsent(point, before);
        check(
            otherBefore == null || otherBefore.equals(before),
            "R4",
            "%s follows both %s and %s",
            point,
            otherBefore,
            before);
      }
      before = point;
    }
  }

  void catchesUp(Member<RaftFold> member, Point point) {
    if (member.memory().lastIndex() > point.index()) {
      var held = member.memory().log.get(point.index());
      moments.saw(
          held == null || held.mark() != point.mark()
              ? "catch-up drops a tail"
              : "catch-up keeps a tail");
    }
  }
}
