package io.quorate.simulation.zab;

import io.quorate.consensus.Message;
import io.quorate.consensus.zab.ZabMessage;
import io.quorate.simulation.consensus.Member;
import io.quorate.simulation.consensus.Members;
import io.quorate.simulation.consensus.Names;
import io.quorate.simulation.consensus.Rounds;

/// The rounds of pings by which a leader answers reads.
final class ZabRounds extends Rounds<ZabFold> {
  ZabRounds(Members<ZabFold> members, Names names) {
    super(members, names);
  }

  @Override
  protected long asks(Message message) {
    return message instanceof ZabMessage.FromLeader said
            && said.said() instanceof ZabMessage.Said.Ping ping
        ? ping.round()
        : 0;
  }

  @Override
  protected long answers(Member<ZabFold> member, Message message) {
    return message instanceof ZabMessage.Pong answer && answer.epoch() == member.memory().current
        ? answer.round()
        : 0;
  }
}
