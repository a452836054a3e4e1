package io.quorate.store;

import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;

/// Who watches over the time of leases: the request of [Command.Type#BECOME_LESSOR]. It takes
/// effect if its number follows the present one's, and ends the lessorship before it.
///
/// No clock value is ever in an entry. The lessor alone measures, and its number says whose
/// measurement an expiry rests on.
///
/// @param number 0 before the first
/// @param node the lessor's id
/// @param incarnation its life: in the next one it has measured nothing
public record Lessorship(long number, long node, long incarnation) {
  public static final Lessorship NONE = new Lessorship(0, 0, 0);

  public static final Codec<Lessorship> CODEC =
      new Codec<>() {
        @Override
        public void write(Lessorship lessorship, WireWriter out) {
          out.varint(lessorship.number);
          out.u64(lessorship.node);
          out.varint(lessorship.incarnation);
        }

        @Override
        public Lessorship read(WireReader in) throws MalformedException {
          return new Lessorship(in.count(), in.u64(), in.count());
        }
      };

  /// The one that may follow this one.
  public Lessorship next(long byNode, long inIncarnation) {
    return new Lessorship(number + 1, byNode, inIncarnation);
  }
}
