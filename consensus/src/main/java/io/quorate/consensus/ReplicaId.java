package io.quorate.consensus;

import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;

/// A member of a group: a node, and the era that added it. Never reused, so a node that lost its
/// disk and joins again is another member.
public record ReplicaId(long node, long era) implements Comparable<ReplicaId> {
  public static final Codec<ReplicaId> CODEC =
      new Codec<>() {
        @Override
        public void write(ReplicaId id, WireWriter out) {
          out.u64(id.node);
          out.varint(id.era);
        }

        @Override
        public ReplicaId read(WireReader in) throws MalformedException {
          return new ReplicaId(in.u64(), in.count());
        }
      };

  @Override
  public int compareTo(ReplicaId other) {
    int byNode = Long.compareUnsigned(node, other.node);
    return byNode != 0 ? byNode : Long.compare(era, other.era);
  }

  @Override
  public String toString() {
    return Long.toHexString(node) + "." + era;
  }
}
