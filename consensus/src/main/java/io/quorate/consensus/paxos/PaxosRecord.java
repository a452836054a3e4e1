package io.quorate.consensus.paxos;

import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.List;

/// What a member must not forget ("Paxos Made Simple" 2.5: an acceptor's promise and what it
/// accepted).
///
/// A promise stands apart from what is accepted under it. A crash between the two leaves a promise
/// without an acceptance, which binds its acceptor more than need be and nobody else.
public sealed interface PaxosRecord extends JournalRecord {
  /// Nothing below this ballot will be accepted any more. A proposer's own bid is one too.
  record Promised(Ballot ballot) implements PaxosRecord {
    @Override
    public boolean holdsSends() {
      return true;
    }

    @Override
    public List<Entry> entries() {
      return List.of();
    }
  }

  /// These values were accepted under a ballot, which was promised in an earlier record.
  ///
  /// @param entries in ascending order, with gaps
  record Accepted(Ballot ballot, List<Entry> entries) implements PaxosRecord {
    @Override
    public boolean holdsSends() {
      return false;
    }
  }

  /// These values are chosen, and were not accepted here, or others were.
  ///
  /// @param entries in ascending order, with gaps
  record Learnt(List<Entry> entries) implements PaxosRecord {
    @Override
    public boolean holdsSends() {
      return false;
    }
  }

  Codec<JournalRecord> CODEC =
      new Codec<>() {
        @Override
        public void write(JournalRecord record, WireWriter out) {
          switch ((PaxosRecord) record) {
            case Promised(var ballot) -> {
              out.u8(1);
              Ballot.CODEC.write(ballot, out);
            }
            case Accepted(var ballot, var entries) -> {
              out.u8(2);
              Ballot.CODEC.write(ballot, out);
              Entry.LIST_CODEC.write(entries, out);
            }
            case Learnt(var entries) -> {
              out.u8(3);
              Entry.LIST_CODEC.write(entries, out);
            }
          }
        }

        @Override
        public JournalRecord read(WireReader in) throws MalformedException {
          int kind = in.u8();
          return switch (kind) {
            case 1 -> new Promised(Ballot.readPromised(in));
            case 2 -> new Accepted(Ballot.readBid(in), PaxosMessage.readEntries(in));
            case 3 -> new Learnt(PaxosMessage.readEntries(in));
            default -> throw new MalformedException("Paxos has no record of kind " + kind);
          };
        }
      };
}
