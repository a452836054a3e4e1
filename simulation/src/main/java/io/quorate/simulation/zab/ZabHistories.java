package io.quorate.simulation.zab;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Point;
import io.quorate.consensus.zab.ZabMessage;
import io.quorate.consensus.zab.ZabMessage.Said;
import io.quorate.consensus.zab.ZabRecord;
import io.quorate.simulation.consensus.Fold;
import io.quorate.simulation.consensus.Member;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What members put into their histories, and say of them: Z6, Z8, Z10, Z12, Z14, Z15 and Z17.
final class ZabHistories {
  private final ZabEpochs epochs;
  private final Map<Point, Point> entryBefore = new LinkedHashMap<>();
  private final Map<Point, Long> contentOf = new LinkedHashMap<>();

  ZabHistories(ZabEpochs epochs) {
    this.epochs = epochs;
  }

  /// Z10: what is decided stays, and so does all that a leader has. Z15: a history has no gap.
  void journaled(Member<ZabFold> member, ZabRecord record) {
    long last = member.memory().lastIndex();
    switch (record) {
      case ZabRecord.Promised promised -> {}
      case ZabRecord.Truncated(long to) ->
          check(
              to >= member.decided() && !member.leads(),
              "Z10",
              "node %x truncates to %d, decided up to %d",
              member.node(),
              to,
              member.decided());
      case ZabRecord.History(long from, var entries) -> {
        check(
            from == last + 1 && from > member.decided(),
            "Z15",
            "node %x goes on with entry %d behind %d, decided up to %d",
            member.node(),
            from,
            last,
            member.decided());
        follow(member, entries);
      }
    }
  }

  /// Z17: zxids grow. Z6: a zxid tells what its entry carries, and which one is before it.
  private void follow(Member<ZabFold> member, List<Entry> entries) {
    var before = member.memory().last();
    for (var entry : entries) {
      var point = entry.point();
      check(
          point.mark() >= before.mark() && point.mark() <= member.memory().accepted,
          "Z17",
          "node %x has %s follow %s, and accepted epoch %d",
          member.node(),
          point,
          before,
          member.memory().accepted);
      if (point.mark() > before.mark() && member.leads()) {
        proposesFirst(member, before);
      }
      long content = Fold.hash(entry.payload());
      var other = contentOf.putIfAbsent(point, content);
      check(other == null || other == content, "Z6", "two entries at %s", point);
      var otherBefore = entryBefore.putIfAbsent(point, before);
      check(
          otherBefore == null || otherBefore.equals(before),
          "Z6",
          "%s follows both %s and %s",
          point,
          otherBefore,
          before);
      before = point;
    }
  }

  /// Z8: a leader proposes once it has delivered what older epochs have left.
  private static void proposesFirst(Member<ZabFold> member, Point before) {
    check(
        before.index() <= member.decided(),
        "Z8",
        "node %x proposes behind %s, decided up to %d",
        member.node(),
        before,
        member.decided());
  }

  void said(Member<ZabFold> member, ZabMessage message) {
    var says = member.memory();
    switch (message) {
      case ZabMessage.AckLeader answer -> isPrefix(member, answer.epoch());
      case ZabMessage.Ack answer -> {
        isPrefix(member, answer.epoch());
        check(
            answer.upTo() <= says.lastIndex(),
            "Z14",
            "node %x acknowledges up to %d, and has %d",
            member.node(),
            answer.upTo(),
            says.lastIndex());
      }
      case ZabMessage.FromLeader said -> {
        switch (said.said()) {
          case Said.Trunc(var to) ->
              check(says.holds(to), "Z15", "leader %x truncates to %s", member.node(), to);
          case Said.Diff(var entries) -> isOfLeader(member, entries);
          case Said.Propose(var entries, long committed) -> isOfLeader(member, entries);
          default -> {}
        }
      }
      default -> {}
    }
  }

  /// Z12: who is synchronised has the epoch's initial history, and behind that only what the
  /// epoch's leader has proposed.
  private void isPrefix(Member<ZabFold> member, long epoch) {
    var initialEnd = epochs.initialEnd(epoch);
    var its = member.memory();
    check(
        initialEnd != null
            && its.holds(initialEnd)
            && (its.lastIndex() == initialEnd.index() || its.last().mark() == epoch),
        "Z12",
        "node %x follows epoch %d, whose initial history ends at %s, with %s",
        member.node(),
        epoch,
        initialEnd,
        its.last());
  }

  /// Z15: a leader sends what stands in its own history.
  private static void isOfLeader(Member<ZabFold> member, List<Entry> entries) {
    for (var entry : entries) {
      check(
          member.memory().holds(entry.index(), Fold.Held.of(entry)),
          "Z15",
          "leader %x sends %s, which it does not have",
          member.node(),
          entry.point());
    }
  }
}
