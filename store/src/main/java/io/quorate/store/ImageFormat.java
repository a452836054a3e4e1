package io.quorate.store;

import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.journal.FormatException;
import io.quorate.replica.StateMachine.Durable;
import java.util.List;

/// The form of an image: pieces that fit each other in one order only, the same for every engine.
///
/// A piece is the checksum (CRC-32C, 4 bytes) of the piece before it and of the rest of this one;
/// whether it is the last; its content. The content of all pieces, one behind the other: a head;
/// each lease as 02, id, TTL; each change as 01, revision, place, encoded `mvccpb.KeyValue`; 00 and
/// how many changes there were. Which keys are attached to a lease follows from their last changes.
/// A piece holds whole items.
final class ImageFormat {
  static final int VERSION = 1;
  static final int CHECKSUM_LENGTH = 4;
  static final int CHANGE = 1;
  static final int END = 0;
  static final int LEASE = 2;

  /// What an image begins with.
  ///
  /// @param at which entry was applied last, and what the replica keeps with it
  record Head(
      Durable at,
      Meta.Revisions revisions,
      List<NodeEntry> nodes,
      Lessorship lessorship,
      List<Alarm> alarms,
      long origin) {
    static final Codec<Head> CODEC =
        new Codec<>() {
          @Override
          public void write(Head head, WireWriter out) {
            out.u8(VERSION);
            Meta.APPLIED_CODEC.write(head.at, out);
            Meta.Revisions.CODEC.write(head.revisions, out);
            NodeEntry.LIST_CODEC.write(head.nodes, out);
            Lessorship.CODEC.write(head.lessorship, out);
            Alarm.LIST_CODEC.write(head.alarms, out);
            out.varint(head.origin);
          }

          @Override
          public Head read(WireReader in) throws MalformedException {
            int version = in.u8();
            if (version != VERSION) {
              throw new MalformedException(
                  FormatException.message("an image of the store", version, VERSION));
            }
            return new Head(
                Meta.APPLIED_CODEC.read(in),
                Meta.Revisions.CODEC.read(in),
                NodeEntry.LIST_CODEC.read(in),
                Lessorship.CODEC.read(in),
                Alarm.LIST_CODEC.read(in),
                in.count());
          }
        };
  }

  private ImageFormat() {}
}
