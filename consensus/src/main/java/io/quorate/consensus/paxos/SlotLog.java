package io.quorate.consensus.paxos;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a member holds in memory of the slots: one proposal each, accepted here or known to be
/// chosen, with holes between them; and behind them a bounded window of what was decided last.
///
/// *Chosen* is said of a single slot, in any order; *decided* of all slots up to some one, which
/// are chosen and may be executed. Everything decided belongs to the replica.
final class SlotLog {
  private static final long NONE = Long.MAX_VALUE;

  private final long windowBytes;
  private final TreeMap<Long, Proposal> slots = new TreeMap<>();
  private long base;
  private long decided;
  private long windowHeld;
  private long undecidedBytes;
  private long stopSign = NONE;

  SlotLog(long decided, long windowBytes) {
    this.base = decided;
    this.decided = decided;
    this.windowBytes = windowBytes;
  }

  /// Slots up to here are decided and no longer held.
  long base() {
    return base;
  }

  /// All slots up to here are chosen; none behind a stop-sign.
  long decided() {
    return decided;
  }

  /// The highest slot of which anything is known.
  long last() {
    return slots.isEmpty() ? decided : Math.max(decided, slots.lastKey());
  }

  /// Bytes held behind what is decided.
  long undecidedBytes() {
    return undecidedBytes;
  }

  /// Whether a stop-sign is decided: nothing more will be.
  boolean ended() {
    return stopSign != NONE;
  }

  /// Null in a hole, and where nothing is held any more or yet.
  @Nullable Proposal at(long slot) {
    return slots.get(slot);
  }

  boolean isChosen(long slot) {
    var proposal = slots.get(slot);
    return slot <= decided || (proposal != null && proposal.isChosen());
  }

  /// Whether this very value is known to be chosen, and still at hand.
  boolean isChosenAs(Entry entry) {
    var proposal = slots.get(entry.index());
    return isChosen(entry.index()) && proposal != null && proposal.hasValueOf(entry);
  }

  /// Whether this very ballot put the value there, and it is not known to be chosen.
  boolean isOpen(long slot, Ballot ballot) {
    var proposal = slots.get(slot);
    return proposal != null && proposal.ballot().equals(ballot);
  }

  /// What is held from a slot on, in order.
  NavigableMap<Long, Proposal> from(long slot) {
    return slots.tailMap(slot, true);
  }

  /// The first slot behind the decided ones that is known to be chosen; `Long.MAX_VALUE` if none
  /// is.
  long firstChosen() {
    for (var proposal : from(decided + 1).values()) {
      if (proposal.isChosen()) {
        return proposal.entry().index();
      }
    }
    return NONE;
  }

  /// A proposal takes the place of what was accepted before, never of what is chosen (P5).
  void accept(Ballot ballot, Entry entry) {
    require(!isChosen(entry.index()), "slot %d is chosen, and %s accepted", entry.index(), ballot);
    put(new Proposal(ballot, entry));
  }

  /// This value is chosen here, whoever proposed it.
  void learn(Entry entry) {
    var known = slots.get(entry.index());
    require(
        known == null || !known.isChosen() || known.hasValueOf(entry),
        "two values are chosen for slot %d",
        entry.index());
    if (entry.index() > decided) {
      put(new Proposal(Ballot.CHOSEN, entry));
    }
  }

  private void put(Proposal proposal) {
    var before = slots.put(proposal.entry().index(), proposal);
    undecidedBytes += proposal.entry().size() - (before == null ? 0 : before.entry().size());
  }

  /// What this ballot put into a slot is chosen.
  void choose(long slot, Ballot ballot) {
    var proposal = slots.get(slot);
    if (proposal != null && proposal.ballot().equals(ballot)) {
      slots.put(slot, new Proposal(Ballot.CHOSEN, proposal.entry()));
    }
  }

  /// What this ballot put into any slot of a range is chosen (P6).
  void chooseAll(long from, long to, Ballot ballot) {
    if (from <= to) {
      slots
          .subMap(from, true, to, true)
          .replaceAll((slot, proposal) ->
              proposal.ballot().equals(ballot)
                  ? new Proposal(Ballot.CHOSEN, proposal.entry())
                  : proposal);
    }
  }

  /// Raises what is decided over the chosen slots that follow it, up to a stop-sign; returns them.
  List<Entry> advance() {
    var newly = new ArrayList<Entry>();
    while (!ended()) {
      var next = slots.get(decided + 1);
      if (next == null || !next.isChosen()) {
        break;
      }
      decided++;
      undecidedBytes -= next.entry().size();
      windowHeld += next.entry().size();
      newly.add(next.entry());
      if (next.entry().payload() instanceof Payload.StopSign) {
        stopSign = decided;
      }
    }
    shrinkWindow();
    return newly;
  }

  /// All up to here is decided and held by the replica: these slots are dropped, those behind them
  /// stay.
  void resetTo(long point) {
    require(point >= decided, "slots back to %d, decided up to %d", point, decided);
    for (var dropped : slots.headMap(point, true).values()) {
      if (dropped.entry().index() > decided) {
        undecidedBytes -= dropped.entry().size();
      }
    }
    slots.headMap(point, true).clear();
    windowHeld = 0;
    base = point;
    decided = point;
  }

  private void shrinkWindow() {
    while (windowHeld > windowBytes && base < decided) {
      var oldest = slots.pollFirstEntry();
      windowHeld -= oldest.getValue().entry().size();
      base = oldest.getKey();
    }
  }
}
