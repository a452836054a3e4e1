package io.quorate.simulation.raft;

import io.quorate.consensus.Message;
import io.quorate.consensus.raft.RaftMessage;
import io.quorate.simulation.consensus.Member;
import io.quorate.simulation.consensus.Members;
import io.quorate.simulation.consensus.Names;
import io.quorate.simulation.consensus.Rounds;

/// R11: the rounds of ReadIndex (thesis 6.4).
final class RaftRounds extends Rounds<RaftFold> {
  RaftRounds(Members<RaftFold> members, Names names) {
    super(members, names);
  }

  @Override
  protected long asks(Message message) {
    return switch ((RaftMessage) message) {
      case RaftMessage.Append append -> append.round();
      case RaftMessage.Behind behind -> behind.round();
      case RaftMessage.Confirm confirm -> confirm.round();
      default -> 0;
    };
  }

  @Override
  protected long answers(Member<RaftFold> member, Message message) {
    var answer = (RaftMessage) message;
    if (answer.term() != member.memory().term) {
      return 0;
    }
    return switch (answer) {
      case RaftMessage.Appended appended -> appended.round();
      case RaftMessage.Conflict conflict -> conflict.round();
      case RaftMessage.Position position -> position.round();
      case RaftMessage.Confirmed confirmed -> confirmed.round();
      default -> 0;
    };
  }
}
