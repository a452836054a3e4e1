package io.quorate.replica;

import io.quorate.consensus.Era;
import io.quorate.consensus.InvariantException;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.journal.FormatException;

/// What a replica keeps with the state machine's own state, in the same atomic writes and in
/// images.
///
/// @param era in which the last entry was applied
/// @param windows which batches took effect
record Kept(Era era, BatchWindows windows) {
  private static final int VERSION = 1;

  static final Codec<Kept> CODEC =
      new Codec<>() {
        @Override
        public void write(Kept kept, WireWriter out) {
          out.u8(VERSION);
          Era.CODEC.write(kept.era, out);
          BatchWindows.CODEC.write(kept.windows, out);
        }

        @Override
        public Kept read(WireReader in) throws MalformedException {
          int version = in.u8();
          if (version != VERSION) {
            throw new FormatException("the replica's own state", version, VERSION);
          }
          return new Kept(Era.CODEC.read(in), BatchWindows.CODEC.read(in));
        }
      };

  /// What a state that a replica has written was kept with.
  static Kept with(StateMachine.Durable state) {
    try {
      return CODEC.decode(state.kept());
    } catch (MalformedException e) {
      throw new InvariantException(
          "what was kept with the state at %s cannot be read: %s"
              .formatted(state.applied(), e.getMessage()));
    }
  }

  Bytes encode() {
    return CODEC.encode(this);
  }
}
