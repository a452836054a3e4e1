package io.quorate.consensus.paxos;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;

/// The number of a proposal ("Paxos Made Simple" 2.2): totally ordered, and no two proposers ever
/// use the same one.
///
/// The round is raised durably with each bid, so a proposer does not use a ballot twice in any of
/// its lives; and the place among the era's voters makes it its own.
///
/// @param place of the proposer among the era's voters, from 1; 0: nobody's
public record Ballot(long round, int place) implements Comparable<Ballot> {
  private static final int PLACE_BITS = 10;
  private static final int PLACES = 1 << PLACE_BITS;

  /// Before any ballot.
  public static final Ballot NONE = of(0);

  /// Behind every ballot: a value that is known to be chosen stands as though it had been accepted
  /// here, for none other can ever be accepted where it stands.
  public static final Ballot CHOSEN = of(Long.MAX_VALUE);

  /// Any of them.
  static final Codec<Ballot> CODEC =
      new Codec<>() {
        @Override
        public void write(Ballot ballot, WireWriter out) {
          out.varint(ballot.number());
        }

        @Override
        public Ballot read(WireReader in) throws MalformedException {
          return of(in.count());
        }
      };

  /// The ballot with this [#number()].
  static Ballot of(long number) {
    return new Ballot(number >>> PLACE_BITS, (int) (number & (PLACES - 1)));
  }

  /// The lowest ballot of a place with at least this number: where an era begins.
  static Ballot atLeast(long number, int place) {
    var same = new Ballot(number >>> PLACE_BITS, place);
    return same.number() >= number ? same : new Ballot(same.round + 1, place);
  }

  /// A ballot that somebody may have promised.
  static Ballot readPromised(WireReader in) throws MalformedException {
    var ballot = CODEC.read(in);
    if (ballot.round >= CHOSEN.round - 1) {
      throw new MalformedException("nobody gets as far as ballot " + ballot);
    }
    return ballot;
  }

  /// A ballot that somebody may have bid with.
  static Ballot readBid(WireReader in) throws MalformedException {
    var ballot = readPromised(in);
    if (ballot.place == 0) {
      throw new MalformedException("nobody bids with ballot " + ballot);
    }
    return ballot;
  }

  /// The next higher ballot of a place.
  Ballot next(int ofPlace) {
    require(round < CHOSEN.round - 1, "no ballots are left after %s", this);
    return new Ballot(round + 1, ofPlace);
  }

  /// As one number, which orders alike: the term of the ballot's leadership.
  public long number() {
    return (round << PLACE_BITS) | place;
  }

  public boolean isBelow(Ballot other) {
    return compareTo(other) < 0;
  }

  @Override
  public int compareTo(Ballot other) {
    return Long.compare(number(), other.number());
  }

  @Override
  public String toString() {
    return equals(CHOSEN) ? "chosen" : round + "." + place;
  }
}
