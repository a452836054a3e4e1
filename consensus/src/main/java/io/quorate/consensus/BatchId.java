package io.quorate.consensus;

import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;

/// Names a batch for ever, so that it takes effect once however often it is proposed.
///
/// @param origin the replica whose callers wait for it
/// @param incarnation the origin's life that made it
/// @param number 1, 2, 3 … within that life
public record BatchId(ReplicaId origin, long incarnation, long number) {
  public static final Codec<BatchId> CODEC =
      new Codec<>() {
        @Override
        public void write(BatchId id, WireWriter out) {
          ReplicaId.CODEC.write(id.origin, out);
          out.varint(id.incarnation);
          out.varint(id.number);
        }

        @Override
        public BatchId read(WireReader in) throws MalformedException {
          return new BatchId(ReplicaId.CODEC.read(in), in.count(), in.count());
        }
      };

  @Override
  public String toString() {
    return origin + "/" + incarnation + "/" + number;
  }
}
