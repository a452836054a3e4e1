package io.quorate.simulation.consensus;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.simulation.watch.Moments;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// What is decided, and applied: C1 to C4, C11 and C12.
///
/// @param <F> what is told of members' records
public final class Decisions<F extends Fold<F>> {
  /// The term of the member that first decided an entry, and the entry.
  public record Decision(long term, Fold.Held entry) {}

  private static final class Applied {
    long upTo;

    /// Whether an image was installed, and its state not compared since.
    boolean isImage;
  }

  private final Members<F> members;
  private final Reads<F> reads;
  private final Moments moments;
  private final Map<Long, Applied> applied = new TreeMap<>();
  private final TreeMap<Long, Decision> decisions = new TreeMap<>();
  private final Map<Long, Long> digests = new LinkedHashMap<>();
  private final Set<BatchId> batches = new LinkedHashSet<>();

  Decisions(Members<F> members, Reads<F> reads, Moments moments) {
    this.members = members;
    this.reads = reads;
    this.moments = moments;
  }

  private Applied of(Member<F> member) {
    return applied.computeIfAbsent(member.node, node -> new Applied());
  }

  /// How far anything was ever decided.
  public long upTo() {
    return decisions.isEmpty() ? 0 : decisions.lastKey();
  }

  /// C12: a member begins at what was decided.
  void began(Member<F> member, Point at) {
    var told = decisions.get(at.index());
    check(
        at.index() == 0 || (told != null && told.entry.mark() == at.mark()),
        "C12",
        "node %x begins at %s, and %s was decided there",
        member.node,
        at,
        told);
    member.decided = at.index();
  }

  void caughtUp(Member<F> member, Point point) {
    member.decided = Math.max(member.decided, point.index());
  }

  /// @param term the member's
  void decided(Member<F> member, List<Entry> entries, long term) {
    if (!members.isVoter(member)) {
      moments.saw("a learner follows");
    }
    for (var entry : entries) {
      check(
          entry.index() == member.decided + 1,
          "C2",
          "node %x decides %d after %d",
          member.node,
          entry.index(),
          member.decided);
      member.decided = entry.index();
      decided(member, entry, term);
    }
  }

  private void decided(Member<F> member, Entry entry, long term) {
    var held = Fold.Held.of(entry);
    var before = decisions.putIfAbsent(entry.index(), new Decision(term, held));
    check(
        before == null || before.entry.hash() == held.hash(),
        "C1",
        "entry %d was decided twice, differently",
        entry.index());
    if (before == null) {
      reads.decided(member, entry.index());
      if (entry.payload() instanceof Payload.Batch(var id, var commands) && !batches.add(id)) {
        moments.saw("batch decided twice");
      }
      check(
          members.quorum().decides(id -> members.of(id).durable.holds(entry.index(), held)),
          "C3",
          "entry %d is decided by %x, and no quorum holds it durably",
          entry.index(),
          member.node);
    }
  }

  /// What is decided behind an index.
  public SortedMap<Long, Decision> behind(long index) {
    return Collections.unmodifiableSortedMap(decisions.tailMap(index, false));
  }

  /// C4: whoever is elected next holds what is decided, though a member changed what it holds from
  /// somewhere on.
  public void stayRecoverable(long from) {
    decisions
        .tailMap(from, true)
        .forEach((index, decision) -> {
          var lacking = new TreeSet<Long>();
          for (var each : members.all()) {
            if (!each.isLost && !each.durable.holds(index, decision.entry)) {
              lacking.add(each.node);
            }
          }
          check(
              !members.quorum().elects(id -> lacking.contains(id.node())),
              "C4",
              "entry %d is decided, and %s could elect without it",
              index,
              lacking);
        });
  }

  /// C11: an image never takes the place of what is newer.
  void installed(Member<F> member, Point at) {
    check(
        at.index() >= member.durable.decidedHeld().index(),
        "C11",
        "node %x installs an image of %s, and held %s durably",
        member.node,
        at,
        member.durable.decidedHeld());
    of(member).isImage = true;
  }

  /// C1, C2: a state machine has applied everything up to an index. C11: an image holds all of the
  /// state.
  void applied(Member<F> member, long index, long digest) {
    var its = of(member);
    check(index >= its.upTo, "C2", "node %x applied %d after %d", member.node, index, its.upTo);
    check(index <= upTo(), "C2", "node %x applied %d, decided %d", member.node, index, upTo());
    its.upTo = index;
    var before = digests.putIfAbsent(index, digest);
    check(
        before == null || before == digest,
        its.isImage ? "C11" : "C1",
        "at entry %d node %x has another state than others",
        index,
        member.node);
    if (before != null && its.isImage) {
      moments.saw("image compared");
      its.isImage = false;
    }
  }

  void crashed(Member<F> member) {
    of(member).upTo = 0;
  }
}
