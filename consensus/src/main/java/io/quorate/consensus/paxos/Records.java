package io.quorate.consensus.paxos;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// A member's state as the records of a journal tell it, and told anew.
final class Records {
  private Records() {}

  /// Folds records, whatever prefix of them survived, into a log that begins behind what is
  /// decided.
  ///
  /// @param first promised by all members from the begin
  /// @return what is promised
  static Ballot fold(List<JournalRecord> records, Ballot first, SlotLog log) {
    var promised = first;
    for (var record : records) {
      switch ((PaxosRecord) record) {
        case PaxosRecord.Promised(var ballot) ->
            promised = promised.isBelow(ballot) ? ballot : promised;
        case PaxosRecord.Accepted(var ballot, var entries) -> {
          require(!promised.isBelow(ballot), "accepted %s, promised %s", ballot, promised);
          for (var entry : entries) {
            // A checkpoint may stand before a record that it has already taken in.
            if (!log.isChosen(entry.index())) {
              log.accept(ballot, entry);
            }
          }
        }
        case PaxosRecord.Learnt(var entries) -> entries.forEach(log::learn);
      }
    }
    return promised;
  }

  /// The promise, and what is held of the slots behind the decided ones, ballot by ballot.
  static List<JournalRecord> of(Ballot promised, SlotLog log) {
    var byBallot = new TreeMap<Ballot, List<Entry>>();
    for (var proposal : log.from(log.decided() + 1).values()) {
      byBallot.computeIfAbsent(proposal.ballot(), b -> new ArrayList<>()).add(proposal.entry());
    }
    var records = new ArrayList<JournalRecord>();
    records.add(new PaxosRecord.Promised(promised));
    byBallot.forEach((ballot, entries) ->
        records.add(
            ballot.equals(Ballot.CHOSEN)
                ? new PaxosRecord.Learnt(List.copyOf(entries))
                : new PaxosRecord.Accepted(ballot, List.copyOf(entries))));
    return records;
  }
}
