package io.quorate.node;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;

/// What nodes say to each other about a group they both have a replica of: proposals, read barriers
/// and questions about leases on their way to the leader.
sealed interface GroupMessage {
  /// Order this batch. Its id stays, so it takes effect once however often it is sent.
  record Forward(Payload.Batch batch) implements GroupMessage {}

  /// The batch was put nowhere.
  record ForwardRefused(BatchId id, Refusal why) implements GroupMessage {}

  /// Up to where was decided when I asked?
  ///
  /// @param number echoed by the answer
  record AskBarrier(long number) implements GroupMessage {}

  record BarrierReady(long number, long index) implements GroupMessage {}

  record BarrierLost(long number) implements GroupMessage {}

  /// How is it with this lease?
  ///
  /// @param number echoed by the answer
  /// @param renew whether its time shall begin anew
  record AskLessor(long number, boolean renew, long lease) implements GroupMessage {}

  record LessorAnswer(long number, LeaseState state) implements GroupMessage {}

  /// I cannot tell, or not yet.
  record NoLessor(long number) implements GroupMessage {}

  Codec<GroupMessage> CODEC =
      new Codec<>() {
        @Override
        public void write(GroupMessage message, WireWriter out) {
          switch (message) {
            case Forward(var batch) -> {
              out.u8(1);
              BatchId.CODEC.write(batch.id(), out);
              out.bytes(batch.commands());
            }
            case ForwardRefused(var id, var why) -> {
              out.u8(2);
              BatchId.CODEC.write(id, out);
              out.u8(number(why));
            }
            case AskBarrier(long number) -> {
              out.u8(3);
              out.varint(number);
            }
            case BarrierReady(long number, long index) -> {
              out.u8(4);
              out.varint(number);
              out.varint(index);
            }
            case BarrierLost(long number) -> {
              out.u8(5);
              out.varint(number);
            }
            case AskLessor(long number, boolean renew, long lease) -> {
              out.u8(6);
              out.varint(number);
              out.bool(renew);
              out.u64(lease);
            }
            case LessorAnswer(long number, var state) -> {
              out.u8(7);
              out.varint(number);
              out.varint(state.ttl());
              out.u64(state.remaining());
            }
            case NoLessor(long number) -> {
              out.u8(8);
              out.varint(number);
            }
          }
        }

        @Override
        public GroupMessage read(WireReader in) throws MalformedException {
          int kind = in.u8();
          return switch (kind) {
            case 1 -> new Forward(new Payload.Batch(BatchId.CODEC.read(in), in.bytes()));
            case 2 -> new ForwardRefused(BatchId.CODEC.read(in), refusal(in.u8()));
            case 3 -> new AskBarrier(in.count());
            case 4 -> new BarrierReady(in.count(), in.count());
            case 5 -> new BarrierLost(in.count());
            case 6 -> new AskLessor(in.count(), in.bool(), in.u64());
            case 7 -> new LessorAnswer(in.count(), new LeaseState(in.count(), in.u64()));
            case 8 -> new NoLessor(in.count());
            default -> throw new MalformedException("nodes have no message of kind " + kind);
          };
        }

        private static int number(Refusal why) {
          return switch (why) {
            case NOT_LEADER -> 1;
            case TRANSFERRING -> 2;
            case FULL -> 3;
            case ENDING -> 4;
          };
        }

        private static Refusal refusal(int number) throws MalformedException {
          return switch (number) {
            case 1 -> Refusal.NOT_LEADER;
            case 2 -> Refusal.TRANSFERRING;
            case 3 -> Refusal.FULL;
            case 4 -> Refusal.ENDING;
            default -> throw new MalformedException("no refusal has number " + number);
          };
        }
      };
}
