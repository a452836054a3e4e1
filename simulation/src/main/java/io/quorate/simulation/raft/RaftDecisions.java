package io.quorate.simulation.raft;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Point;
import io.quorate.consensus.raft.RaftMessage;
import io.quorate.simulation.consensus.Decisions;
import io.quorate.simulation.consensus.Member;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// By what Raft's members decide: R6 to R8.
final class RaftDecisions {
  /// How far a member says that its log is that of its term's leader.
  private static final class Follower {
    long verified;
    long verifiedTerm;
  }

  private final Decisions<RaftFold> decisions;
  private final Map<Long, Follower> followers = new TreeMap<>();

  RaftDecisions(Decisions<RaftFold> decisions) {
    this.decisions = decisions;
  }

  private Follower of(Member<RaftFold> member) {
    return followers.computeIfAbsent(member.node(), node -> new Follower());
  }

  void began(Member<RaftFold> member, Point at) {
    of(member).verified = at.index();
  }

  void caughtUp(Member<RaftFold> member, Point point) {
    var follower = of(member);
    follower.verified = Math.max(follower.verified, point.index());
  }

  /// A member says that its log is its leader's up to somewhere.
  void verified(Member<RaftFold> member, RaftMessage.Appended answer) {
    var follower = of(member);
    if (answer.term() > follower.verifiedTerm) {
      follower.verifiedTerm = answer.term();
      follower.verified = member.decided();
    }
    follower.verified = Math.max(follower.verified, answer.matched());
  }

  void decided(Member<RaftFold> member, List<Entry> entries) {
    var last = entries.getLast();
    if (member.leads()) {
      check(
          last.mark() == member.memory().term,
          "R7",
          "leader %x of term %d decides %s by counting",
          member.node(),
          member.memory().term,
          last.point());
    } else {
      long verified = of(member).verified;
      check(
          last.index() <= verified,
          "R8",
          "node %x decides %d, verified with its leader up to %d",
          member.node(),
          last.index(),
          verified);
    }
  }

  /// R6: who becomes leader holds everything decided.
  void leads(Member<RaftFold> member, long term) {
    // Who learns late that it leads may find a later term, and what was decided in that, long
    // there.
    decisions
        .behind(member.decided())
        .forEach((index, decision) ->
            check(
                decision.term() >= term || member.memory().holds(index, decision.entry()),
                "R6",
                "node %x leads term %d without entry %d, which is decided",
                member.node(),
                term,
                index));
  }
}
