package io.quorate.simulation.raft;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Self;
import io.quorate.consensus.Status;
import io.quorate.simulation.consensus.Member;
import io.quorate.simulation.consensus.Members;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// What members say of themselves and of each other: C12, R3, R13 to R15, and of R16 that a leader
/// without a quorum steps down.
final class RaftStatus {
  private final Members<RaftFold> members;

  /// By leader: what it holds others to have, in its term.
  private final Map<Long, Map<ReplicaId, Long>> matched = new TreeMap<>();

  RaftStatus(Members<RaftFold> members) {
    this.members = members;
  }

  /// @param caughtUp whether the step that came to this took a catch-up
  void said(Member<RaftFold> member, Status status, boolean caughtUp) {
    long term = status.leadership().term();
    check(
        term >= member.memory().term,
        "R3",
        "node %x is in term %d, its records say %d",
        member.node(),
        term,
        member.memory().term);
    check(
        status.last() == member.memory().lastIndex(),
        caughtUp ? "R15" : "C12",
        "node %x has entries up to %d, its records say %d",
        member.node(),
        status.last(),
        member.memory().lastIndex());
    boolean isVoter = members.isVoter(member);
    check(
        status.role().equals("learner") != isVoter,
        "R14",
        "node %x, voter or not: %s, is %s",
        member.node(),
        isVoter,
        status.role());
    for (var peer : status.peers()) {
      check(
          members.era().isMember(peer.id()),
          "R14",
          "node %x follows up %s, no member",
          member.node(),
          peer.id());
      progress(member, peer, term);
    }
    if (member.leads()) {
      reachesQuorum(member, status);
    } else {
      forget(member);
    }
  }

  /// R13: a leader never thinks a follower holds more than it does, and never less than it knew in
  /// its term.
  private void progress(Member<RaftFold> leader, Status.Peer peer, long term) {
    var follower = members.of(peer.id());
    // A later leader may have replaced what this one was told of.
    check(
        follower.durable().term != term || peer.matched() <= follower.durable().lastIndex(),
        "R13",
        "leader %x thinks %s holds %d, it holds %d",
        leader.node(),
        peer.id(),
        peer.matched(),
        follower.durable().lastIndex());
    var before =
        matched
            .computeIfAbsent(leader.node(), node -> new TreeMap<>())
            .put(peer.id(), peer.matched());
    check(
        before == null || before <= peer.matched() || leader.memory().term != term,
        "R13",
        "leader %x: match of %s fell from %d to %d",
        leader.node(),
        peer.id(),
        before,
        peer.matched());
  }

  /// R16: a leader has heard a quorum within an election timeout.
  private void reachesQuorum(Member<RaftFold> leader, Status status) {
    var heard = new TreeSet<Long>();
    heard.add(leader.node());
    for (var peer : status.peers()) {
      if (peer.silence() < Self.Timing.DEFAULT.election()) {
        heard.add(peer.id().node());
      }
    }
    check(
        members.quorum().decides(id -> heard.contains(id.node())),
        "R16",
        "node %x still leads, and has heard only %s within an election timeout",
        leader.node(),
        heard);
  }

  /// A member does not lead any more.
  void forget(Member<RaftFold> member) {
    matched.remove(member.node());
  }
}
