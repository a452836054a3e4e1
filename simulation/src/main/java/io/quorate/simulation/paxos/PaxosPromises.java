package io.quorate.simulation.paxos;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.paxos.Ballot;
import io.quorate.consensus.paxos.PaxosMessage;
import io.quorate.consensus.paxos.PaxosRecord;
import io.quorate.consensus.paxos.Proposal;
import io.quorate.simulation.consensus.Fold;
import io.quorate.simulation.consensus.Member;
import java.util.Map;
import java.util.TreeMap;

/// What acceptors promise and accept: C8, P2, P8 and P9.
final class PaxosPromises {
  private final PaxosProposals proposals;

  PaxosPromises(PaxosProposals proposals) {
    this.proposals = proposals;
  }

  /// P2: a promise never falls, and nothing is accepted below it.
  static void journaled(Member<PaxosFold> member, PaxosRecord record) {
    var promised = member.memory().promised;
    switch (record) {
      case PaxosRecord.Promised(var ballot) ->
          check(
              promised.isBelow(ballot),
              "P2",
              "node %x promises %s after %s",
              member.node(),
              ballot,
              promised);
      case PaxosRecord.Accepted(var ballot, var entries) -> {
        check(
            ballot.equals(promised),
            "P2",
            "node %x accepts under %s, and promised %s",
            member.node(),
            ballot,
            promised);
        check(
            entries.getFirst().index() > member.decided(),
            "P9",
            "node %x accepts %d once more, decided up to %d",
            member.node(),
            entries.getFirst().index(),
            member.decided());
      }
      case PaxosRecord.Learnt learnt -> {}
    }
  }

  /// C8: what a message says, the records before it say.
  void promised(Member<PaxosFold> member, PaxosMessage message) {
    var says = member.memory();
    switch (message) {
      case PaxosMessage.Promise promise -> {
        check(
            promise.ballot().equals(says.promised),
            "C8",
            "node %x promises %s, its records %s",
            member.node(),
            promise.ballot(),
            says.promised);
        tellsAll(member, promise);
      }
      case PaxosMessage.Accepted accepted -> accepts(member, accepted);
      case PaxosMessage.Checked checked ->
          check(
              !checked.ballot().isBelow(says.promised),
              "P2",
              "node %x still follows %s, and promised %s",
              member.node(),
              checked.ballot(),
              says.promised);
      default -> {}
    }
  }

  private void accepts(Member<PaxosFold> member, PaxosMessage.Accepted accepted) {
    var says = member.memory();
    for (var run : accepted.slots()) {
      for (long slot = run.first(); slot <= run.last(); slot++) {
        var there = says.slots.get(slot);
        check(
            there != null
                && (there.ballot().equals(accepted.ballot())
                    || proposals.isChosen(slot, there.entry())),
            "C8",
            "node %x says that it accepted %d under %s, its records say %s",
            member.node(),
            slot,
            accepted.ballot(),
            there);
      }
    }
    check(
        accepted.decided() <= member.decided(),
        "C8",
        "node %x says decided %d, and has %d",
        member.node(),
        accepted.decided(),
        member.decided());
  }

  /// P8, P9: a promise tells of every slot that it covers, but of those that are decided and no
  /// longer at hand.
  private static void tellsAll(Member<PaxosFold> member, PaxosMessage.Promise promise) {
    check(
        promise.compactedUpTo() <= member.decided(),
        "P9",
        "node %x has dropped slots up to %d, and decided up to %d",
        member.node(),
        promise.compactedUpTo(),
        member.decided());
    long from = Math.max(promise.from(), promise.compactedUpTo() + 1);
    if (from >= promise.next()) {
      return;
    }
    var told = new TreeMap<Long, Proposal>();
    promise.proposals().forEach(proposal -> told.put(proposal.entry().index(), proposal));
    var held = member.memory().slots.subMap(from, true, promise.next(), false);
    check(
        told.keySet().equals(held.keySet()),
        "P8",
        "node %x tells of slots %s, and holds %s",
        member.node(),
        told.keySet(),
        held.keySet());
    for (Map.Entry<Long, PaxosFold.Accepted> each : held.entrySet()) {
      var proposal = told.get(each.getKey());
      check(
          proposal != null && isAs(proposal, each.getValue(), each.getKey() <= member.decided()),
          "P8",
          "node %x tells of slot %d %s, and holds %s",
          member.node(),
          each.getKey(),
          proposal,
          each.getValue());
    }
  }

  /// What is known to be chosen may be told as such, whichever ballot it was accepted under.
  private static boolean isAs(Proposal told, PaxosFold.Accepted held, boolean decided) {
    boolean sameValue = Fold.hash(told.entry().payload()) == held.entry().hash();
    boolean sameBallot = told.ballot().equals(held.ballot());
    return sameValue && (sameBallot || told.ballot().equals(Ballot.CHOSEN) || decided);
  }
}
