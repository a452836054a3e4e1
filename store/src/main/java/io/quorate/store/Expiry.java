package io.quorate.store;

import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;

/// Leases whose time is over: the request of [Command.Type#LEASE_EXPIRE]. Each that exists is
/// revoked, in a revision of its own; under another lessor nothing happens.
///
/// @param lessor the number of the lessorship under which their time was measured
/// @param leases their ids
public record Expiry(long lessor, List<Long> leases) {
  public Expiry {
    leases = List.copyOf(leases);
  }

  public static final Codec<Expiry> CODEC =
      new Codec<>() {
        @Override
        public void write(Expiry expiry, WireWriter out) {
          out.varint(expiry.lessor);
          out.varint(expiry.leases.size());
          expiry.leases.forEach(out::u64);
        }

        @Override
        public Expiry read(WireReader in) throws MalformedException {
          long lessor = in.count();
          int count = in.size(Long.BYTES);
          var leases = new ArrayList<Long>(count);
          for (int i = 0; i < count; i++) {
            leases.add(in.u64());
          }
          return new Expiry(lessor, leases);
        }
      };
}
