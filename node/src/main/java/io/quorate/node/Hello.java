package io.quorate.node;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.journal.DiskId;

/// The first thing on a link: who calls, and whom. The answer says the same the other way round.
///
/// @param to the node that is meant
/// @param disk the data directory that the node has
/// @param incarnation the node's life
/// @param version of the software, for people
/// @param agreement how the node agrees with others, or would: [io.quorate.consensus.Era#agreement]
/// @param understands the highest feature level of an era that the node could take part in
record Hello(
    long cluster,
    long from,
    long to,
    DiskId disk,
    long incarnation,
    String version,
    String agreement,
    long understands) {
  private static final int MAGIC = 0x51_48_49_21;

  /// Raised whenever nodes of different numbers could not understand each other.
  private static final int PROTOCOL = 1;

  static final Codec<Hello> CODEC =
      new Codec<>() {
        @Override
        public void write(Hello hello, WireWriter out) {
          out.u32(MAGIC);
          out.varint(PROTOCOL);
          out.u64(hello.cluster);
          out.u64(hello.from);
          out.u64(hello.to);
          DiskId.CODEC.write(hello.disk, out);
          out.varint(hello.incarnation);
          out.string(hello.version);
          out.string(hello.agreement);
          out.varint(hello.understands);
          out.bytes(Bytes.EMPTY); // room for what a later version adds, which this one passes over
        }

        @Override
        public Hello read(WireReader in) throws MalformedException {
          if (in.u32() != MAGIC) {
            throw new MalformedException("this is no node of Quorate");
          }
          long protocol = in.count();
          if (protocol != PROTOCOL) {
            throw new MalformedException(
                "it speaks version %s of the peer protocol, this node version %s"
                    .formatted(protocol, PROTOCOL));
          }
          var hello =
              new Hello(
                  in.u64(),
                  in.u64(),
                  in.u64(),
                  DiskId.CODEC.read(in),
                  in.count(),
                  in.string(),
                  in.string(),
                  in.count());
          in.bytes();
          return hello;
        }
      };

  /// What comes back: a hello of the other side, or why there is none.
  sealed interface Answer {
    /// You are known, and your disk id is in this node's journal, durably.
    record Welcome(Hello hello) implements Answer {}

    /// @param reason a sentence for the operator of the refused node
    record Refusal(String reason) implements Answer {}

    Codec<Answer> CODEC =
        new Codec<>() {
          @Override
          public void write(Answer answer, WireWriter out) {
            switch (answer) {
              case Welcome(var hello) -> {
                out.u8(1);
                Hello.CODEC.write(hello, out);
              }
              case Refusal(var reason) -> {
                out.u8(2);
                out.string(reason);
              }
            }
          }

          @Override
          public Answer read(WireReader in) throws MalformedException {
            int kind = in.u8();
            return switch (kind) {
              case 1 -> new Welcome(Hello.CODEC.read(in));
              case 2 -> new Refusal(in.string());
              default -> throw new MalformedException("no answer to a hello has kind " + kind);
            };
          }
        };
  }
}
