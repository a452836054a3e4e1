package io.quorate.replica;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.List;

/// What replicas of a group say to each other.
sealed interface ReplicaMessage {
  /// A message of an era's machine, still in its protocol's own bytes.
  record OfMachine(long era, Bytes message) implements ReplicaMessage {}

  /// Send me what is decided from this index on.
  ///
  /// @param request echoed by the answer
  record Pull(long request, long from) implements ReplicaMessage {}

  /// Decided entries, as many as fit, in order and without a gap.
  ///
  /// @param decided how far all is decided, as known to the sender
  record Pulled(long request, long decided, List<Entry> entries) implements ReplicaMessage {}

  /// What you asked for is gone here; take my state instead, piece by piece.
  ///
  /// @param image names the image, for as long as the sender keeps it
  /// @param era the number of the era that the state belongs to
  record Offer(long request, long image, long era, Point at) implements ReplicaMessage {}

  /// Send me a piece of an image.
  ///
  /// @param number 0, 1, 2 …; only the last piece that was sent, or the one after it, can be had
  record PullPiece(long image, long number) implements ReplicaMessage {}

  /// A piece of an image.
  ///
  /// @param last whether no piece follows
  record Piece(long image, long number, boolean last, Bytes content) implements ReplicaMessage {}

  /// The image is not kept any more: begin again with [Pull].
  record ImageGone(long image) implements ReplicaMessage {}

  /// Takes messages to other replicas.
  interface Sender {
    void send(ReplicaId to, ReplicaMessage message);
  }

  int OF_MACHINE = 1;

  Codec<ReplicaMessage> CODEC =
      new Codec<>() {
        @Override
        public void write(ReplicaMessage message, WireWriter out) {
          switch (message) {
            case OfMachine(long era, Bytes bytes) -> {
              out.u8(OF_MACHINE);
              out.varint(era);
              out.raw(bytes);
            }
            case Pull(long request, long from) -> {
              out.u8(2);
              out.varint(request);
              out.varint(from);
            }
            case Pulled(long request, long decided, List<Entry> entries) -> {
              out.u8(3);
              out.varint(request);
              out.varint(decided);
              Entry.LIST_CODEC.write(entries, out);
            }
            case Offer(long request, long image, long era, Point at) -> {
              out.u8(4);
              out.varint(request);
              out.varint(image);
              out.varint(era);
              Point.CODEC.write(at, out);
            }
            case PullPiece(long image, long number) -> {
              out.u8(5);
              out.varint(image);
              out.varint(number);
            }
            case Piece(long image, long number, boolean last, Bytes content) -> {
              out.u8(6);
              out.varint(image);
              out.varint(number);
              out.bool(last);
              out.bytes(content);
            }
            case ImageGone(long image) -> {
              out.u8(7);
              out.varint(image);
            }
          }
        }

        @Override
        public ReplicaMessage read(WireReader in) throws MalformedException {
          int kind = in.u8();
          return switch (kind) {
            case OF_MACHINE -> new OfMachine(in.count(), in.raw(in.remaining()));
            case 2 -> new Pull(in.count(), in.count());
            case 3 -> new Pulled(in.count(), in.count(), Entry.LIST_CODEC.read(in));
            case 4 -> new Offer(in.count(), in.count(), in.count(), Point.CODEC.read(in));
            case 5 -> new PullPiece(in.count(), in.count());
            case 6 -> new Piece(in.count(), in.count(), in.bool(), in.bytes());
            case 7 -> new ImageGone(in.count());
            default -> throw new MalformedException("replicas have no message of kind " + kind);
          };
        }
      };
}
