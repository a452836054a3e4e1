package io.quorate.simulation.paxos;

import io.quorate.consensus.Message;
import io.quorate.consensus.paxos.PaxosMessage;
import io.quorate.simulation.consensus.Member;
import io.quorate.simulation.consensus.Members;
import io.quorate.simulation.consensus.Names;
import io.quorate.simulation.consensus.Rounds;

/// P12: the ballot checks by which a leader answers reads.
final class PaxosRounds extends Rounds<PaxosFold> {
  PaxosRounds(Members<PaxosFold> members, Names names) {
    super(members, names);
  }

  @Override
  protected long asks(Message message) {
    return switch ((PaxosMessage) message) {
      case PaxosMessage.Accept accept -> accept.round();
      case PaxosMessage.Check check -> check.round();
      default -> 0;
    };
  }

  @Override
  protected long answers(Member<PaxosFold> member, Message message) {
    var promised = member.memory().promised;
    return switch ((PaxosMessage) message) {
      case PaxosMessage.Accepted answer when answer.ballot().equals(promised) -> answer.round();
      case PaxosMessage.Checked answer when answer.ballot().equals(promised) -> answer.round();
      default -> 0;
    };
  }
}
