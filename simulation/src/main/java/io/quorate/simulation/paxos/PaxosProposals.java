package io.quorate.simulation.paxos;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Input;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.paxos.Ballot;
import io.quorate.consensus.paxos.PaxosMessage;
import io.quorate.consensus.paxos.PaxosRecord;
import io.quorate.consensus.paxos.Proposal;
import io.quorate.simulation.consensus.Fold;
import io.quorate.simulation.consensus.Member;
import io.quorate.simulation.consensus.Members;
import io.quorate.simulation.watch.Moments;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What proposers propose, and what is chosen: P1, P3 to P6, P8 and P10.
final class PaxosProposals {
  /// A promise that covers up to here covers all slots.
  private static final long TO_THE_END = Long.MAX_VALUE;

  private record Life(long node, int number) {}

  private record Place(Ballot ballot, long slot) {}

  private record Chosen(Ballot ballot, long hash) {}

  /// What a proposer was promised under its present ballot.
  private static final class Phase1 {
    final Ballot ballot;

    /// It asks for slots from this one on.
    final long first;

    final Map<ReplicaId, TreeMap<Long, Proposal>> told = new TreeMap<>();

    /// Who has told of all slots before this one, without a gap.
    final Map<ReplicaId, Long> covered = new TreeMap<>();

    /// What each has let go of, decided.
    final Map<ReplicaId, Long> compactedUpTo = new TreeMap<>();

    boolean over;

    Phase1(Ballot ballot, long first) {
      this.ballot = ballot;
      this.first = first;
    }
  }

  private final Members<PaxosFold> members;
  private final Moments moments;
  private final Map<Long, Integer> lives = new TreeMap<>();
  private final Map<Long, Phase1> bids = new TreeMap<>();
  private final Map<Ballot, Life> usedBy = new TreeMap<>();
  private final Map<Place, Long> proposed = new LinkedHashMap<>();
  private final Map<Place, Set<Long>> accepted = new LinkedHashMap<>();
  private final Map<Long, Chosen> chosen = new TreeMap<>();

  PaxosProposals(Members<PaxosFold> members, Moments moments) {
    this.members = members;
    this.moments = moments;
  }

  void began(Member<PaxosFold> member) {
    lives.merge(member.node(), 1, Integer::sum);
    bids.remove(member.node());
  }

  private Phase1 bidOf(Member<PaxosFold> member) {
    return bids.computeIfAbsent(member.node(), node -> new Phase1(Ballot.NONE, 0));
  }

  /// Promises count until the proposer leads; others come too late.
  void took(Member<PaxosFold> member, Input input) {
    if (!(input instanceof Input.Received(var from, PaxosMessage.Promise promise))) {
      return;
    }
    var bid = bidOf(member);
    if (promise.ballot().equals(bid.ballot) && !bid.over) {
      long covered = bid.covered.getOrDefault(from, bid.first);
      if (covered == bid.first && promise.next() != TO_THE_END) {
        moments.saw("promise in several runs");
      }
      if (promise.from() <= covered) {
        bid.covered.put(from, Math.max(covered, promise.next()));
        var told = bid.told.computeIfAbsent(from, acceptor -> new TreeMap<>());
        promise.proposals().forEach(each -> told.put(each.entry().index(), each));
      }
      bid.compactedUpTo.merge(from, promise.compactedUpTo(), Math::max);
    }
  }

  void said(Member<PaxosFold> member, PaxosMessage message) {
    if (message instanceof PaxosMessage.Accept accept) {
      accept.entries().forEach(entry -> proposes(member, accept.ballot(), entry));
    }
  }

  void left(Member<PaxosFold> member, PaxosMessage message) {
    switch (message) {
      case PaxosMessage.Prepare prepare -> uses(member, prepare.ballot());
      case PaxosMessage.OfLeader ofLeader -> uses(member, ofLeader.ballot());
      default -> {}
    }
  }

  /// P1: a ballot that anybody heard of is one proposer's, in one life.
  private void uses(Member<PaxosFold> member, Ballot ballot) {
    var life = new Life(member.node(), lives.getOrDefault(member.node(), 0));
    var before = usedBy.putIfAbsent(ballot, life);
    check(
        before == null || before.equals(life),
        "P1",
        "ballot %s is used by %s and %s",
        ballot,
        before,
        life);
  }

  /// Whoever promises a ballot of its own bids.
  void promises(Member<PaxosFold> member, Ballot ballot) {
    if (members.era().voters().get(Math.max(ballot.place(), 1) - 1).node() == member.node()) {
      bids.put(member.node(), new Phase1(ballot, member.decided() + 1));
      moments.saw("bid");
    }
  }

  /// A member leads: its phase 1 is over, and it holds what nobody can tell it of (P8).
  void leads(Member<PaxosFold> member) {
    var bid = bidOf(member);
    bid.over = true;
    check(
        members.quorum().elects(id -> bid.covered.getOrDefault(id, 0L) == TO_THE_END),
        "P4",
        "node %x leads with %s, and no quorum has promised it all slots: %s",
        member.node(),
        bid.ballot,
        bid.covered);
  }

  private void proposes(Member<PaxosFold> member, Ballot ballot, Entry entry) {
    long slot = entry.index();
    long hash = Fold.hash(entry.payload());
    var before = proposed.putIfAbsent(new Place(ballot, slot), hash);
    check(
        before == null || before == hash,
        "P3",
        "node %x proposes two values for slot %d under %s",
        member.node(),
        slot,
        ballot);
    if (before != null) {
      return;
    }
    var already = chosen.get(slot);
    check(
        already == null || ballot.isBelow(already.ballot) || already.hash == hash,
        "P5",
        "node %x proposes another value for slot %d under %s than was chosen under %s",
        member.node(),
        slot,
        ballot,
        already == null ? null : already.ballot);
    isSafe(member, slot, hash);
  }

  /// P4, P8: of some quorum that promised and can tell of the slot, the value is that of the
  /// highest ballot which any of them accepted there, if any did. A proposer need not use every
  /// promise that came.
  private void isSafe(Member<PaxosFold> member, long slot, long hash) {
    var bid = bidOf(member);
    var tellers =
        bid.covered.entrySet().stream()
            .filter(each -> each.getValue() == TO_THE_END)
            .map(Map.Entry::getKey)
            .toList();
    boolean safe = false;
    for (int set = 0; set < 1 << tellers.size() && !safe; set++) {
      int used = set;
      var some = tellers.stream().filter(id -> (used & 1 << tellers.indexOf(id)) != 0).toList();
      if (members.quorum().elects(some::contains)) {
        var highest = highest(bid, some, slot);
        safe =
            some.stream().allMatch(id -> bid.compactedUpTo.getOrDefault(id, 0L) < slot)
                && (highest == null || Fold.hash(highest.entry().payload()) == hash);
      }
    }
    check(
        safe,
        "P4",
        "node %x proposes for slot %d under %s what no quorum that promised allows: %s",
        member.node(),
        slot,
        bid.ballot,
        highest(bid, tellers, slot));
    if (highest(bid, tellers, slot) != null) {
      moments.saw("value of an earlier ballot proposed again");
    }
  }

  private static @Nullable Proposal highest(Phase1 bid, List<ReplicaId> tellers, long slot) {
    Proposal highest = null;
    for (var teller : tellers) {
      var told = bid.told.get(teller);
      var proposal = told == null ? null : told.get(slot);
      if (proposal != null && (highest == null || highest.ballot().isBelow(proposal.ballot()))) {
        highest = proposal;
      }
    }
    return highest;
  }

  /// P5, P10: what a quorum accepted under one ballot, durably, is chosen, and nothing else.
  void isDurable(Member<PaxosFold> member, PaxosRecord record) {
    if (record instanceof PaxosRecord.Accepted(var ballot, var entries)) {
      for (var entry : entries) {
        var place = new Place(ballot, entry.index());
        var by = accepted.computeIfAbsent(place, it -> new TreeSet<>());
        by.add(member.node());
        if (members.quorum().decides(id -> by.contains(id.node()))) {
          chooses(place, Fold.hash(entry.payload()));
        }
      }
    }
  }

  private void chooses(Place place, long hash) {
    var before = chosen.putIfAbsent(place.slot, new Chosen(place.ballot, hash));
    check(
        before == null || before.hash == hash,
        "P5",
        "two values are chosen for slot %d: under %s and %s",
        place.slot,
        before == null ? null : before.ballot,
        place.ballot);
    if (before == null && !chosen.containsKey(place.slot - 1) && place.slot > 1) {
      moments.saw("chosen out of order");
    }
  }

  boolean isChosen(long slot, Fold.Held value) {
    var there = chosen.get(slot);
    return there != null && there.hash == value.hash();
  }

  /// P6: only what is chosen is executed.
  void decides(Member<PaxosFold> member, Entry entry) {
    var there = chosen.get(entry.index());
    check(
        there != null && there.hash == Fold.hash(entry.payload()),
        "P6",
        "node %x executes what is not chosen for slot %d",
        member.node(),
        entry.index());
  }
}
