package io.quorate.consensus.zab;

import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;

/// Names one connection of a follower to a leader: never used before, in any life of the follower,
/// so that nothing said on an older one ever counts.
///
/// Zab needs channels that neither lose nor reorder (DSN 2011, section III-B), and the network
/// promises neither. So what a leader says on a link is numbered from 1; a follower that misses a
/// number opens another link, and is synchronised anew. What a follower says needs no order: each
/// acknowledgement covers those before it, and is repeated when the leader asks.
///
/// @param incarnation the follower's life
/// @param number 1, 2, 3 … within that life
record Link(long incarnation, long number) implements Comparable<Link> {
  /// What a leader says to itself.
  static final Link SELF = new Link(0, 0);

  static final Codec<Link> CODEC =
      new Codec<>() {
        @Override
        public void write(Link link, WireWriter out) {
          out.varint(link.incarnation);
          out.varint(link.number);
        }

        @Override
        public Link read(WireReader in) throws MalformedException {
          return new Link(in.count(), in.count());
        }
      };

  @Override
  public int compareTo(Link other) {
    int byIncarnation = Long.compare(incarnation, other.incarnation);
    return byIncarnation != 0 ? byIncarnation : Long.compare(number, other.number);
  }

  @Override
  public String toString() {
    return incarnation + "/" + number;
  }
}
