package io.quorate.simulation.raft;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.raft.RaftMessage;
import io.quorate.simulation.watch.Moments;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What is decided, and applied: C1 to C4, C11, C12, and R6 to R8.
final class RaftDecisions {
  /// The term in which an entry was first decided, and the entry.
  private record Decision(long term, RaftFold.Held entry) {}

  /// How far a member says that its log is that of its term's leader.
  private static final class Follower {
    long verified;
    long verifiedTerm;
    long applied;

    /// The index of the newest image that it installed.
    long image;
  }

  private final RaftMembers members;
  private final RaftReads reads;
  private final Moments moments;
  private final Map<Long, Follower> followers = new TreeMap<>();
  private final TreeMap<Long, Decision> decisions = new TreeMap<>();
  private final Map<Long, Long> digests = new LinkedHashMap<>();
  private final Set<BatchId> batches = new LinkedHashSet<>();

  RaftDecisions(RaftMembers members, RaftReads reads, Moments moments) {
    this.members = members;
    this.reads = reads;
    this.moments = moments;
  }

  private Follower of(RaftMember member) {
    return followers.computeIfAbsent(member.node, node -> new Follower());
  }

  /// How far anything was ever decided.
  long upTo() {
    return decisions.isEmpty() ? 0 : decisions.lastKey();
  }

  /// C12: a member begins at what was decided.
  void began(RaftMember member, Point at) {
    var told = decisions.get(at.index());
    check(
        at.index() == 0 || (told != null && told.entry.mark() == at.mark()),
        "C12",
        "node %x begins at %s, and %s was decided there",
        member.node,
        at,
        told);
    member.decided = at.index();
    of(member).verified = at.index();
  }

  void caughtUp(RaftMember member, Point point) {
    member.decided = Math.max(member.decided, point.index());
    var follower = of(member);
    follower.verified = Math.max(follower.verified, point.index());
  }

  /// A member says that its log is its leader's up to somewhere.
  void verified(RaftMember member, RaftMessage.Appended answer) {
    var follower = of(member);
    if (answer.term() > follower.verifiedTerm) {
      follower.verifiedTerm = answer.term();
      follower.verified = member.decided;
    }
    follower.verified = Math.max(follower.verified, answer.matched());
  }

  void decided(RaftMember member, List<Entry> entries) {
    var last = entries.getLast();
    if (!members.isVoter(member)) {
      moments.saw("a learner follows");
    }
    if (member.leads) {
      check(
          last.mark() == member.memory.term,
          "R7",
          "leader %x of term %d decides %s by counting",
          member.node,
          member.memory.term,
          last.point());
    } else {
      long verified = of(member).verified;
      check(
          last.index() <= verified,
          "R8",
          "node %x decides %d, verified with its leader up to %d",
          member.node,
          last.index(),
          verified);
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
      decided(member, entry);
    }
  }

  private void decided(RaftMember member, Entry entry) {
    var held = RaftFold.held(entry);
    var before = decisions.putIfAbsent(entry.index(), new Decision(member.memory.term, held));
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

  /// R6: who becomes leader holds everything decided.
  void leads(RaftMember member, long term) {
    // Who learns late that it leads may find a later term, and what was decided in that, long
    // there.
    decisions
        .tailMap(member.decided, false)
        .forEach((index, decision) ->
            check(
                decision.term >= term || member.memory.holds(index, decision.entry),
                "R6",
                "node %x leads term %d without entry %d, which is decided",
                member.node,
                term,
                index));
  }

  /// C4: whoever is elected next holds what is decided, though a log was changed from somewhere on.
  void stayRecoverable(long from) {
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
  void installed(RaftMember member, Point at) {
    check(
        at.index() >= member.durable.decidedHeld.index(),
        "C11",
        "node %x installs an image of %s, and held %s durably",
        member.node,
        at,
        member.durable.decidedHeld);
    of(member).image = at.index();
  }

  /// C1, C2: a state machine has applied everything up to an index. C11: an image holds all of the
  /// state at its own.
  void applied(RaftMember member, long index, long digest) {
    var follower = of(member);
    check(
        index >= follower.applied,
        "C2",
        "node %x applied %d after %d",
        member.node,
        index,
        follower.applied);
    check(index <= upTo(), "C2", "node %x applied %d, decided %d", member.node, index, upTo());
    follower.applied = index;
    var before = digests.putIfAbsent(index, digest);
    check(
        before == null || before == digest,
        index == follower.image ? "C11" : "C1",
        "at entry %d node %x has another state than others",
        index,
        member.node);
  }

  void crashed(RaftMember member) {
    of(member).applied = 0;
  }
}
