package io.quorate.simulation.raft;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Input;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.raft.RaftMessage;
import io.quorate.simulation.consensus.Member;
import io.quorate.simulation.consensus.Members;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// R11: a round confirms a read that began after the read came.
final class RaftRounds {
  private static final class Leader {
    /// The first round that may confirm each open read.
    final Map<ReadId, Long> open = new LinkedHashMap<>();

    /// The newest round that it asked for, and which of them others have answered.
    long asked;

    final Map<ReplicaId, Long> answered = new TreeMap<>();
  }

  private final Members<RaftFold> members;
  private final Map<Long, Leader> leaders = new TreeMap<>();

  RaftRounds(Members<RaftFold> members) {
    this.members = members;
  }

  private Leader of(Member<RaftFold> member) {
    return leaders.computeIfAbsent(member.node(), node -> new Leader());
  }

  void took(Member<RaftFold> member, Input input) {
    var leader = of(member);
    if (input instanceof Input.ReadBarrier(var id)) {
      leader.open.put(id, leader.asked + 1);
    } else if (input instanceof Input.Received(var from, RaftMessage answer)
        && answer.term() == member.memory().term) {
      leader.answered.merge(from, answeredBy(answer), Math::max);
    }
  }

  void said(Member<RaftFold> member, RaftMessage message) {
    var leader = of(member);
    leader.asked = Math.max(leader.asked, askedBy(message));
  }

  private static long answeredBy(RaftMessage message) {
    return switch (message) {
      case RaftMessage.Appended answer -> answer.round();
      case RaftMessage.Conflict answer -> answer.round();
      case RaftMessage.Position answer -> answer.round();
      case RaftMessage.Confirmed answer -> answer.round();
      default -> 0;
    };
  }

  private static long askedBy(RaftMessage message) {
    return switch (message) {
      case RaftMessage.Append append -> append.round();
      case RaftMessage.Behind behind -> behind.round();
      case RaftMessage.Confirm confirm -> confirm.round();
      default -> 0;
    };
  }

  void answered(Member<RaftFold> member, ReadId id) {
    var leader = of(member);
    long first = leader.open.getOrDefault(id, Long.MAX_VALUE);
    // Where there are leases a read may need no round: then R12 is what holds it.
    check(
        members.hasLeases()
            || !members
                .quorum()
                .elects(voter ->
                    voter.node() != member.node()
                        && leader.answered.getOrDefault(voter, 0L) < first),
        "R11",
        "node %x answers a read that round %d confirms or a later one; answered are %s",
        member.node(),
        first,
        leader.answered);
  }

  /// A member does not lead.
  void follows(Member<RaftFold> member) {
    var leader = of(member);
    leader.open.clear();
    leader.asked = 0;
    leader.answered.clear();
  }
}
