package io.quorate.simulation.paxos;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Input;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Message;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Status;
import io.quorate.consensus.paxos.MultiPaxos;
import io.quorate.consensus.paxos.PaxosMessage;
import io.quorate.consensus.paxos.PaxosRecord;
import io.quorate.simulation.consensus.ConsensusWatch;
import io.quorate.simulation.consensus.Member;
import io.quorate.simulation.consensus.Names;
import io.quorate.simulation.watch.Emission;
import java.util.List;

/// Holds every step of every member of a Multi-Paxos group, and every message, against the
/// invariants of Multi-Paxos beside those that all protocols share.
public final class PaxosWatch extends ConsensusWatch<PaxosFold> {
  private static final Names NAMES = new Names("P1", "C10", "P12");

  private final PaxosProposals proposals = new PaxosProposals(members, moments);
  private final PaxosPromises promises = new PaxosPromises(proposals);
  private final PaxosRounds rounds = new PaxosRounds(members, NAMES);

  public PaxosWatch() {
    super(MultiPaxos.PROTOCOL, NAMES, PaxosFold::new);
  }

  @Override
  protected long term(Member<PaxosFold> member) {
    return member.memory().promised.number();
  }

  @Override
  protected boolean holdsSends(JournalRecord record) {
    return record instanceof PaxosRecord.Promised;
  }

  @Override
  protected void begins(Member<PaxosFold> member, Point decided) {
    proposals.began(member);
  }

  @Override
  protected void took(Member<PaxosFold> member, Input input) {
    proposals.took(member, input);
    rounds.took(member, input);
  }

  @Override
  protected void journals(Member<PaxosFold> member, JournalRecord record) {
    PaxosPromises.journaled(member, (PaxosRecord) record);
    if (record instanceof PaxosRecord.Promised(var ballot)) {
      leadsNoMore(member);
      proposals.promises(member, ballot);
    }
  }

  @Override
  protected void says(Member<PaxosFold> member, ReplicaId to, Message said) {
    var message = (PaxosMessage) said;
    check(members.era().isMember(to), "C10", "node %x tells %s, no member", member.node(), to);
    check(
        members.isVoter(member) || !hasVoice(message),
        "C10",
        "node %x, a learner, says %s",
        member.node(),
        message);
    promises.promised(member, message);
    proposals.said(member, message);
    rounds.said(member, message);
  }

  private static boolean hasVoice(PaxosMessage message) {
    return switch (message) {
      case PaxosMessage.AskSilent ask -> true;
      case PaxosMessage.Prepare prepare -> true;
      case PaxosMessage.Promise promise -> true;
      case PaxosMessage.Accepted accepted -> true;
      case PaxosMessage.OfLeader ofLeader -> true;
      default -> false;
    };
  }

  @Override
  protected void decides(Member<PaxosFold> member, List<Entry> entries) {
    entries.forEach(entry -> proposals.decides(member, entry));
  }

  @Override
  protected void leads(Member<PaxosFold> member, long term) {
    proposals.leads(member);
  }

  @Override
  protected void answersRead(Member<PaxosFold> member, ReadId id, boolean atOnce) {
    if (!members.era().options().leaderlessReads()) {
      rounds.answered(member, id, atOnce);
    }
  }

  @Override
  protected void losesRead(Member<PaxosFold> member, ReadId id) {
    rounds.lost(member, id);
  }

  @Override
  protected void stepped(
      Member<PaxosFold> member, List<Input> inputs, List<Emission> emissions, Status after) {
    long promised = member.memory().promised.number();
    check(
        after.leadership().term() >= promised,
        "P2",
        "node %x is at ballot %d, its records say %d",
        member.node(),
        after.leadership().term(),
        promised);
    if (!member.leads()) {
      rounds.follows(member);
    }
  }

  @Override
  protected void isDurable(Member<PaxosFold> member, JournalRecord record) {
    proposals.isDurable(member, (PaxosRecord) record);
    if (record instanceof PaxosRecord.Accepted(var ballot, var entries)) {
      decisions.stayRecoverable(entries.getFirst().index());
    }
  }

  @Override
  protected void leaves(Member<PaxosFold> member, ReplicaId to, Message message) {
    proposals.left(member, (PaxosMessage) message);
  }

  @Override
  protected void crashes(Member<PaxosFold> member) {
    rounds.follows(member);
  }
}
