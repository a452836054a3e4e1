package io.quorate.simulation.raft;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Input;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Message;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Status;
import io.quorate.consensus.raft.Raft;
import io.quorate.consensus.raft.RaftMessage;
import io.quorate.consensus.raft.RaftRecord;
import io.quorate.simulation.consensus.ConsensusWatch;
import io.quorate.simulation.consensus.Member;
import io.quorate.simulation.consensus.Names;
import io.quorate.simulation.watch.Emission;
import java.util.List;

/// Holds every step of every Raft member, and every message, against the invariants of Raft beside
/// those that all protocols share.
public final class RaftWatch extends ConsensusWatch<RaftFold> {
  private static final Names NAMES = new Names("R1", "R14", "R11");

  private final RaftElections elections = new RaftElections(members, leaderships, moments);
  private final RaftLogs logs = new RaftLogs(moments);
  private final RaftRounds rounds = new RaftRounds(members, NAMES);
  private final RaftDecisions deciding = new RaftDecisions(decisions);
  private final RaftStatus statuses = new RaftStatus(members);

  public RaftWatch() {
    super(Raft.PROTOCOL, NAMES, RaftFold::new);
  }

  @Override
  protected long term(Member<RaftFold> member) {
    return member.memory().term;
  }

  @Override
  protected boolean holdsSends(JournalRecord record) {
    return record instanceof RaftRecord.Hard;
  }

  @Override
  protected void begins(Member<RaftFold> member, Point decided) {
    deciding.began(member, decided);
  }

  @Override
  protected void took(Member<RaftFold> member, Input input) {
    rounds.took(member, input);
    elections.took(member, input);
  }

  @Override
  protected void catchesUp(Member<RaftFold> member, Point point) {
    logs.catchesUp(member, point);
    deciding.caughtUp(member, point);
  }

  @Override
  protected void acts(Member<RaftFold> member, List<Input> inputs, List<Emission> emissions) {
    for (var emission : emissions) {
      if (emission instanceof Emission.SentDurably(var to, RaftMessage.Appended answer)) {
        deciding.verified(member, answer);
      }
    }
    elections.staysWhileLeased(member, emissions);
  }

  @Override
  protected void journals(Member<RaftFold> member, JournalRecord record) {
    switch ((RaftRecord) record) {
      case RaftRecord.Hard hard -> {
        elections.journaled(member, hard);
        if (hard.term() > member.memory().term) {
          leadsNoMore(member);
        }
      }
      case RaftRecord.Log log -> logs.journaled(member, log);
    }
  }

  @Override
  protected void says(Member<RaftFold> member, ReplicaId to, Message said) {
    var message = (RaftMessage) said;
    RaftPromises.promised(member, to, message);
    elections.said(member, to, message);
    rounds.said(member, message);
  }

  @Override
  protected void decides(Member<RaftFold> member, List<Entry> entries) {
    deciding.decided(member, entries);
  }

  @Override
  protected void leads(Member<RaftFold> member, long term) {
    elections.leads(member, term);
    deciding.leads(member, term);
  }

  @Override
  protected void answersRead(Member<RaftFold> member, ReadId id, boolean atOnce) {
    rounds.answered(member, id, atOnce);
  }

  @Override
  protected void losesRead(Member<RaftFold> member, ReadId id) {
    rounds.lost(member, id);
  }

  @Override
  protected void stepped(
      Member<RaftFold> member, List<Input> inputs, List<Emission> emissions, Status after) {
    statuses.said(
        member, after, inputs.stream().anyMatch(input -> input instanceof Input.CaughtUp));
    if (!member.leads()) {
      rounds.follows(member);
    }
    RaftElections.onlyPreVotesChangeNothing(member, inputs, emissions);
    elections.stepped(member, inputs, after.leadership().term());
  }

  @Override
  protected void isDurable(Member<RaftFold> member, JournalRecord record) {
    if (record instanceof RaftRecord.Log log) {
      decisions.stayRecoverable(log.from());
    }
  }

  @Override
  protected void leaves(Member<RaftFold> member, ReplicaId to, Message message) {
    if (message instanceof RaftMessage.VoteAnswer(long term, boolean granted) && granted) {
      elections.granted(member, to, term);
    }
  }

  @Override
  protected void crashes(Member<RaftFold> member) {
    elections.crashed(member);
    rounds.follows(member);
    statuses.forget(member);
  }
}
