package io.quorate.consensus.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Message;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Quorum;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.script.GroupWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Sees all that members of a group journal, send and decide, and holds it against the invariants
/// of Multi-Paxos.
final class PaxosWatch implements GroupWatch {
  private record Bidder(ReplicaId proposer, long life) {}

  private record BallotAndSlot(Ballot ballot, long slot) implements Comparable<BallotAndSlot> {
    @Override
    public int compareTo(BallotAndSlot other) {
      int byBallot = ballot.compareTo(other.ballot);
      return byBallot != 0 ? byBallot : Long.compare(slot, other.slot);
    }
  }

  /// What an acceptor told under a ballot.
  private static final class Told {
    final Map<Long, Proposal> proposals = new TreeMap<>();
    long compactedUpTo;
    boolean whole;
  }

  private final Era era;
  private final Quorum quorum;
  private final Map<Ballot, Bidder> bidders = new TreeMap<>();
  private final Map<Ballot, Map<ReplicaId, Told>> promises = new TreeMap<>();
  private final Map<BallotAndSlot, Payload> proposed = new TreeMap<>();
  private final Map<BallotAndSlot, TreeSet<ReplicaId>> accepted = new TreeMap<>();
  private final Map<Long, Payload> chosen = new TreeMap<>();

  PaxosWatch(Era era) {
    this.era = era;
    this.quorum = Quorum.of(era);
  }

  @Override
  public long attempts() {
    return bidders.size();
  }

  // P2: accepts in the order of promises; P9: nothing takes the place of what was learnt

  @Override
  public void journals(ReplicaId member, JournalRecord record, List<JournalRecord> before) {
    var promised = promised(before);
    switch ((PaxosRecord) record) {
      case PaxosRecord.Promised(var ballot) -> assertThat(ballot).isGreaterThan(promised);
      case PaxosRecord.Accepted(var ballot, var entries) -> {
        assertThat(ballot).as("accepted by %s", member).isEqualTo(promised);
        for (var entry : entries) {
          for (var each : before) {
            if (each instanceof PaxosRecord.Learnt(var learnt)) {
              assertThat(learnt).noneMatch(known -> known.index() == entry.index());
            }
          }
        }
      }
      case PaxosRecord.Learnt(var entries) ->
          entries.forEach(
              entry -> assertThat(chosen).as("P6").containsEntry(entry.index(), entry.payload()));
    }
  }

  private Ballot promised(List<JournalRecord> records) {
    var first = era.firstLeader();
    var promised =
        Ballot.atLeast(era.firstTerm(), first == null ? 0 : era.voters().indexOf(first) + 1);
    for (var record : records) {
      if (record instanceof PaxosRecord.Promised(var ballot)) {
        promised = ballot;
      }
    }
    return promised;
  }

  // What leaves a member

  @Override
  public void leaves(
      ReplicaId from, long life, Message message, long decided, List<JournalRecord> durable) {
    switch ((PaxosMessage) message) {
      case PaxosMessage.Prepare prepare -> {
        var bidder = bidders.putIfAbsent(prepare.ballot(), new Bidder(from, life));
        if (bidder != null) {
          assertThat(bidder).as("P1").isEqualTo(new Bidder(from, life));
        }
        assertThat(promised(durable)).as("C8").isGreaterThanOrEqualTo(prepare.ballot());
      }
      case PaxosMessage.Promise promise -> {
        assertThat(promised(durable)).as("C8").isGreaterThanOrEqualTo(promise.ballot());
        if (promised(durable).equals(promise.ballot())) {
          requireComplete(promise, durable);
        }
        told(from, promise);
      }
      case PaxosMessage.Accept accept ->
          accept.entries().forEach(entry -> proposes(accept.ballot(), entry));
      case PaxosMessage.Accepted answer -> {
        for (var run : answer.slots()) {
          for (long slot = run.first(); slot <= run.last(); slot++) {
            assertThat(
                    holds(durable, answer.ballot(), slot) || proposesChosen(answer.ballot(), slot))
                .as("C8, slot %d", slot)
                .isTrue();
          }
        }
      }
      default -> {}
    }
  }

  private static boolean holds(List<JournalRecord> records, Ballot ballot, long slot) {
    for (var record : records) {
      if (record instanceof PaxosRecord.Accepted(var under, var entries)
          && under.equals(ballot)
          && entries.stream().anyMatch(entry -> entry.index() == slot)) {
        return true;
      }
    }
    return false;
  }

  /// What is chosen is as good as accepted under any ballot that proposes it once more.
  private boolean proposesChosen(Ballot ballot, long slot) {
    var value = chosen.get(slot);
    return value != null && value.equals(proposed.get(new BallotAndSlot(ballot, slot)));
  }

  /// P8: nothing that its acceptor holds, durably, is missing in a promise.
  private static void requireComplete(PaxosMessage.Promise promise, List<JournalRecord> durable) {
    for (var record : durable) {
      if (record instanceof PaxosRecord.Accepted(var ballot, var entries)
          && ballot.isBelow(promise.ballot())) {
        for (var entry : entries) {
          long slot = entry.index();
          if (slot >= promise.from() && slot < promise.next() && slot > promise.compactedUpTo()) {
            assertThat(promise.proposals())
                .as("P8: slot %d", slot)
                .anyMatch(told -> told.entry().index() == slot && !told.ballot().isBelow(ballot));
          }
        }
      }
    }
  }

  private void told(ReplicaId from, PaxosMessage.Promise promise) {
    var told =
        promises
            .computeIfAbsent(promise.ballot(), b -> new TreeMap<>())
            .computeIfAbsent(from, f -> new Told());
    promise.proposals().forEach(proposal -> told.proposals.put(proposal.entry().index(), proposal));
    if (!told.whole) {
      told.compactedUpTo = Math.max(told.compactedUpTo, promise.compactedUpTo());
    }
    told.whole |= promise.next() == PaxosMessage.Promise.END;
  }

  // P3: one value for each ballot and slot; P4: the value that a phase-1 quorum allows

  private void proposes(Ballot ballot, Entry entry) {
    var before = proposed.putIfAbsent(new BallotAndSlot(ballot, entry.index()), entry.payload());
    if (before != null) {
      assertThat(entry.payload()).as("P3").isEqualTo(before);
    } else {
      var told = promises.getOrDefault(ballot, Map.of());
      var whole = era.voters().stream().filter(voter -> isWhole(told.get(voter))).toList();
      assertThat(allows(whole, 0, new ArrayList<>(), told, entry))
          .as("P4: %s under %s", entry.point(), ballot)
          .isTrue();
    }
  }

  private static boolean isWhole(@Nullable Told told) {
    return told != null && told.whole;
  }

  /// Whether some quorum among those who promised allows this value.
  private boolean allows(
      List<ReplicaId> whole,
      int from,
      List<ReplicaId> picked,
      Map<ReplicaId, Told> told,
      Entry entry) {
    if (quorum.elects(picked::contains)) {
      return allowedBy(picked, told, entry);
    }
    for (int i = from; i < whole.size(); i++) {
      picked.add(whole.get(i));
      if (allows(whole, i + 1, picked, told, entry)) {
        return true;
      }
      picked.removeLast();
    }
    return false;
  }

  private boolean allowedBy(List<ReplicaId> picked, Map<ReplicaId, Told> told, Entry entry) {
    Proposal highest = null;
    for (var acceptor : picked) {
      var its = told.get(acceptor);
      var proposal = its == null ? null : its.proposals.get(entry.index());
      if (proposal != null && (highest == null || highest.ballot().isBelow(proposal.ballot()))) {
        highest = proposal;
      }
      if (its != null && entry.index() <= its.compactedUpTo) {
        return false;
      }
    }
    return highest == null || highest.hasValueOf(entry);
  }

  // P5, P10: what is chosen, by counting what is durable

  @Override
  public void durable(ReplicaId acceptor, JournalRecord record) {
    if (record instanceof PaxosRecord.Accepted(var ballot, var entries)) {
      accepted(acceptor, ballot, entries);
    }
  }

  private void accepted(ReplicaId acceptor, Ballot ballot, List<Entry> entries) {
    for (var entry : entries) {
      var where = new BallotAndSlot(ballot, entry.index());
      var own = proposed.putIfAbsent(where, entry.payload());
      if (own != null) {
        assertThat(entry.payload()).as("P3").isEqualTo(own);
      }
      var holders = accepted.computeIfAbsent(where, w -> new TreeSet<>());
      holders.add(acceptor);
      if (quorum.decides(holders::contains)) {
        var before = chosen.putIfAbsent(entry.index(), entry.payload());
        if (before != null) {
          assertThat(entry.payload()).as("P5: slot %d", entry.index()).isEqualTo(before);
        }
      }
    }
  }

  @Override
  public void decides(ReplicaId member, Entry entry) {
    assertThat(chosen).as("P6, C3").containsEntry(entry.index(), entry.payload());
  }

  @Override
  public void leadership(ReplicaId member, long life, Leadership now) {}
}
