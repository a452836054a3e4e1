package io.quorate.consensus;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;

/// What an entry carries. The protocols order payloads and never look inside a batch.
public sealed interface Payload {
  /// Fills a place in the log: a leader's first entry, or a hole that nobody had filled.
  record NoOp() implements Payload {}

  /// Commands of the state machine, encoded once and immutable from then on.
  record Batch(BatchId id, Bytes commands) implements Payload {}

  /// The last entry of an era: names the next one.
  record StopSign(Era next) implements Payload {}

  /// About what it takes in memory and on the wire, in bytes.
  default int size() {
    return this instanceof Batch batch ? 48 + batch.commands.length() : 64;
  }

  Codec<Payload> CODEC =
      new Codec<>() {
        @Override
        public void write(Payload payload, WireWriter out) {
          switch (payload) {
            case NoOp() -> out.u8(0);
            case Batch(var id, var commands) -> {
              out.u8(1);
              BatchId.CODEC.write(id, out);
              out.bytes(commands);
            }
            case StopSign(var next) -> {
              out.u8(2);
              Era.CODEC.write(next, out);
            }
          }
        }

        @Override
        public Payload read(WireReader in) throws MalformedException {
          int kind = in.u8();
          return switch (kind) {
            case 0 -> new NoOp();
            case 1 -> new Batch(BatchId.CODEC.read(in), in.bytes());
            case 2 -> new StopSign(Era.CODEC.read(in));
            default -> throw new MalformedException("no payload has kind " + kind);
          };
        }
      };
}
