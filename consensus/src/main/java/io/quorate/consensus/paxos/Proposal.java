package io.quorate.consensus.paxos;

import io.quorate.consensus.Entry;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;

/// A value for a slot, with the ballot under which it was proposed ("Paxos Made Simple" 2.2), or
/// [Ballot#CHOSEN].
///
/// @param entry the slot is its index, the value its payload; its mark is 0
public record Proposal(Ballot ballot, Entry entry) {
  static final Codec<Proposal> CODEC =
      new Codec<>() {
        @Override
        public void write(Proposal proposal, WireWriter out) {
          Ballot.CODEC.write(proposal.ballot, out);
          Entry.CODEC.write(proposal.entry, out);
        }

        @Override
        public Proposal read(WireReader in) throws MalformedException {
          return new Proposal(Ballot.CODEC.read(in), Entry.CODEC.read(in));
        }
      };

  public boolean isChosen() {
    return ballot.equals(Ballot.CHOSEN);
  }

  boolean hasValueOf(Entry other) {
    return entry.payload().equals(other.payload());
  }
}
