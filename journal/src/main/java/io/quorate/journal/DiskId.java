package io.quorate.journal;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.random.RandomGenerator;

/// What a data directory is known by: random, made once, never copied to another.
public record DiskId(long high, long low) {
  public static DiskId random(RandomGenerator random) {
    return new DiskId(random.nextLong(), random.nextLong());
  }

  public static final Codec<DiskId> CODEC =
      new Codec<>() {
        @Override
        public void write(DiskId id, WireWriter out) {
          out.u64(id.high);
          out.u64(id.low);
        }

        @Override
        public DiskId read(WireReader in) throws MalformedException {
          return new DiskId(in.u64(), in.u64());
        }
      };

  public Bytes bytes() {
    return CODEC.encode(this);
  }

  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }
}
