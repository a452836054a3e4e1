package io.quorate.simulation.raft;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.raft.RaftMessage;
import io.quorate.simulation.consensus.Member;

/// C8: what a message promises, the records before it say.
final class RaftPromises {
  private RaftPromises() {}

  static void promised(Member<RaftFold> member, ReplicaId to, RaftMessage message) {
    var says = member.memory();
    check(
        message.term() <= says.term,
        "C8",
        "node %x speaks of term %d, its records of %d",
        member.node(),
        message.term(),
        says.term);
    switch (message) {
      case RaftMessage.VoteAnswer answer when answer.granted() ->
          check(
              to.equals(says.vote) && answer.term() == says.term,
              "C8",
              "node %x grants %s term %d, its records say %s in %d",
              member.node(),
              to,
              answer.term(),
              says.vote,
              says.term);
      case RaftMessage.Appended answer ->
          check(
              answer.matched() <= says.lastIndex(),
              "C8",
              "node %x acknowledges %d, its records end at %d",
              member.node(),
              answer.matched(),
              says.lastIndex());
      default -> {}
    }
  }
}
