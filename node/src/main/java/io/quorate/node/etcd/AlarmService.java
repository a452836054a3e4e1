package io.quorate.node.etcd;

import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import io.quorate.store.Alarm;
import io.quorate.store.Command;
import io.quorate.store.Request.ChangeAlarm;
import java.util.List;
import java.util.Map;

/// etcd's `Alarm`: what is raised, raising and ending it (etcd-M4, M5).
final class AlarmService {
  private final ServingNode member;

  AlarmService(ServingNode member) {
    this.member = member;
  }

  void addTo(Map<String, Rpc> rpcs) {
    rpcs.put("etcdserverpb.Maintenance/Alarm", this::alarm);
  }

  private void alarm(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    var request = member.admit(metadata, bytes, ChangeAlarm::read, reply);
    if (request == null) {
      return;
    }
    switch (request.action()) {
      case GET -> member.afterBarrier(reply, () -> list(request.type(), reply));
      case ACTIVATE, DEACTIVATE -> change(bytes, reply);
      case UNKNOWN -> answer(List.of(), reply);
    }
  }

  private void list(long type, Rpc.Reply reply) {
    var raised = member.store().alarms();
    answer(
        type == 0 ? raised : raised.stream().filter(alarm -> alarm.type() == type).toList(), reply);
  }

  private void answer(List<Alarm> alarms, Rpc.Reply reply) {
    reply.done(member.response(member.store().revision(), Alarm.response(alarms)));
  }

  private void change(Bytes bytes, Rpc.Reply reply) {
    member.propose(Command.of(Command.Type.ALARM, bytes).encode(), member.answering(reply));
  }
}
