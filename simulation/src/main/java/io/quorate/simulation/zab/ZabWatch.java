package io.quorate.simulation.zab;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Input;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Message;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Status;
import io.quorate.consensus.zab.Zab;
import io.quorate.consensus.zab.ZabMessage;
import io.quorate.consensus.zab.ZabRecord;
import io.quorate.simulation.consensus.ConsensusWatch;
import io.quorate.simulation.consensus.Member;
import io.quorate.simulation.consensus.Names;
import io.quorate.simulation.watch.Emission;
import java.util.List;

/// Holds every step of every member of a Zab group, and every message, against the invariants of
/// Zab beside those that all protocols share.
public final class ZabWatch extends ConsensusWatch<ZabFold> {
  private static final Names NAMES = new Names("Z1", "C10", "C7");

  private final ZabEpochs epochs = new ZabEpochs(members, decisions);
  private final ZabHistories histories = new ZabHistories(epochs);
  private final ZabMoments seen = new ZabMoments(moments);
  private final ZabRounds rounds = new ZabRounds(members, NAMES);

  public ZabWatch() {
    super(Zab.PROTOCOL, NAMES, ZabFold::new);
  }

  @Override
  protected long term(Member<ZabFold> member) {
    return member.memory().current;
  }

  @Override
  protected boolean holdsSends(JournalRecord record) {
    return record instanceof ZabRecord.Promised;
  }

  @Override
  protected void begins(Member<ZabFold> member, Point decided) {
    member.memory().begin();
    epochs.began(member);
    seen.began(member);
  }

  @Override
  protected void took(Member<ZabFold> member, Input input) {
    epochs.took(member, input);
    rounds.took(member, input);
  }

  @Override
  protected void journals(Member<ZabFold> member, JournalRecord record) {
    if (record instanceof ZabRecord.Promised promised) {
      epochs.journaled(member, promised);
      if (promised.accepted() > member.memory().accepted) {
        leadsNoMore(member);
      }
    }
    histories.journaled(member, (ZabRecord) record);
  }

  @Override
  protected void says(Member<ZabFold> member, ReplicaId to, Message said) {
    var message = (ZabMessage) said;
    check(members.era().isMember(to), "C10", "node %x tells %s, no member", member.node(), to);
    check(
        members.isVoter(member) || !(message instanceof ZabMessage.FromLeader),
        "C10",
        "node %x, an observer, says %s",
        member.node(),
        message);
    follows(member, message);
    epochs.said(member, to, message);
    histories.said(member, message);
    rounds.said(member, message);
    seen.said(member, message);
  }

  /// C8: whoever speaks in an epoch has accepted it, by its records, and no later one; and whoever
  /// has the history of its leader says so by its records, too.
  private static void follows(Member<ZabFold> member, ZabMessage message) {
    var records = member.memory();
    boolean does =
        switch (message) {
          case ZabMessage.Notification notification -> true;
          case ZabMessage.CEpoch question -> question.acceptedEpoch() == records.accepted;
          case ZabMessage.AckEpoch answer -> answer.epoch() == records.accepted;
          case ZabMessage.AckLeader answer -> isCurrent(answer.epoch(), records);
          case ZabMessage.Ack answer -> isCurrent(answer.epoch(), records);
          case ZabMessage.Pong answer -> answer.epoch() == records.accepted;
          case ZabMessage.FromLeader said -> said.epoch() == records.accepted;
        };
    check(
        does,
        "C8",
        "node %x has accepted epoch %d and is in %d by its records, and says %s",
        member.node(),
        records.accepted,
        records.current,
        message);
  }

  private static boolean isCurrent(long epoch, ZabFold records) {
    return epoch == records.accepted && epoch == records.current;
  }

  @Override
  protected void decides(Member<ZabFold> member, List<Entry> entries) {
    epochs.decides(member);
  }

  @Override
  protected void answersRead(Member<ZabFold> member, ReadId id, boolean atOnce) {
    rounds.answered(member, id, atOnce);
  }

  @Override
  protected void losesRead(Member<ZabFold> member, ReadId id) {
    rounds.lost(member, id);
  }

  @Override
  protected void stepped(
      Member<ZabFold> member, List<Input> inputs, List<Emission> emissions, Status after) {
    seen.stepped(member, inputs, emissions, after);
    if (!member.leads()) {
      rounds.follows(member);
    }
  }

  @Override
  protected void isDurable(Member<ZabFold> member, JournalRecord record) {
    switch ((ZabRecord) record) {
      case ZabRecord.Promised promised -> {}
      case ZabRecord.History(long from, var entries) -> decisions.stayRecoverable(from);
      case ZabRecord.Truncated(long last) -> decisions.stayRecoverable(last + 1);
    }
  }

  @Override
  protected void leaves(Member<ZabFold> member, ReplicaId to, Message message) {
    epochs.left(member, to, (ZabMessage) message);
  }

  @Override
  protected void crashes(Member<ZabFold> member) {
    rounds.follows(member);
  }
}
