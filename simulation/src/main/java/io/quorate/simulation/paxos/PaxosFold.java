package io.quorate.simulation.paxos;

import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Point;
import io.quorate.consensus.paxos.Ballot;
import io.quorate.consensus.paxos.PaxosRecord;
import io.quorate.simulation.consensus.Fold;
import java.util.List;
import java.util.TreeMap;

/// What an acceptor has promised and accepted, as its records tell it.
final class PaxosFold extends Fold<PaxosFold> {
  /// A value that stands in a slot.
  ///
  /// @param ballot under which it was accepted, or [Ballot#CHOSEN]
  record Accepted(Ballot ballot, Held entry) {}

  Ballot promised = Ballot.NONE;
  final TreeMap<Long, Accepted> slots = new TreeMap<>();

  @Override
  public void apply(JournalRecord record) {
    switch ((PaxosRecord) record) {
      case PaxosRecord.Promised(var ballot) ->
          promised = promised.isBelow(ballot) ? ballot : promised;
      case PaxosRecord.Accepted(var ballot, var entries) -> put(ballot, entries);
      case PaxosRecord.Learnt(var entries) -> put(Ballot.CHOSEN, entries);
    }
  }

  private void put(Ballot ballot, List<Entry> entries) {
    for (var entry : entries) {
      slots.put(entry.index(), new Accepted(ballot, Held.of(entry)));
    }
  }

  @Override
  public void learn(List<Entry> entries) {
    put(Ballot.CHOSEN, entries);
    hold(entries.getLast().point());
  }

  /// What stands behind the point stays.
  @Override
  public void catchUp(Point point) {
    hold(point);
  }

  @Override
  public boolean holds(long index, Held entry) {
    var there = slots.get(index);
    return index <= decidedHeld().index() || (there != null && there.entry.equals(entry));
  }

  @Override
  public PaxosFold copy() {
    var copy = new PaxosFold();
    copy.promised = promised;
    copy.slots.putAll(slots);
    copy.hold(decidedHeld());
    return copy;
  }
}
