package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Input;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Self;
import io.quorate.consensus.raft.RaftMessage;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.WireReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeersTest {
  private static final ReplicaId HERE = new ReplicaId(1, 1);
  private static final ReplicaId THERE = new ReplicaId(2, 1);

  private final List<Integer> frames = new ArrayList<>();
  private final Peers peers =
      new Peers(
          HERE.node(),
          new Network() {
            @Override
            public void send(long node, Bytes frame) {
              frames.add(frame.length());
            }

            @Override
            public long roundTrip(long node) {
              return 0;
            }

            @Override
            public void drop(long node) {}
          },
          new Acquaintance(
              Members.of("test", Map.of()),
              node -> true,
              HERE.node(),
              "test",
              () -> "raft",
              line -> {}),
          new Peers.Owner() {
            @Override
            public void received(
                int group, int layer, ReplicaId from, ReplicaId to, WireReader content) {}

            @Override
            public void suspect(long node, Input.Suspicion suspicion) {}
          },
          line -> {});

  private static Entry entry(long index, int bytes) {
    var batch = new Payload.Batch(new BatchId(HERE, 1, index), Bytes.of(new byte[bytes]));
    return new Entry(index, 1, batch);
  }

  private void append(Entry... entries) {
    var out = peers.begin(1, Peers.REPLICA_LAYER, HERE, THERE);
    RaftMessage.CODEC.write(
        new RaftMessage.Append(1, 1, new Point(0, 0), List.of(entries), 0), out);
    peers.end();
  }

  /// As much as may stand in a frame before a message, then a message as long as it may be before
  /// its last entry, and in that a batch that was not yet full when the largest command came.
  @Test
  void everyCommandThatIsTakenReachesTheOthers() {
    append(entry(1, Peers.FRAME_BYTES - 1_000));
    assertThat(frames).as("frames that have left").isEmpty();
    append(
        entry(2, (int) Self.Limits.DEFAULT.message()),
        entry(3, Proposals.FULL_BYTES + Network.MAX_COMMAND));
    peers.flush();
    assertThat(frames).singleElement().isNotNull();
    assertThat(frames.getFirst())
        .isGreaterThan(Network.MAX_COMMAND)
        .isLessThanOrEqualTo(Network.MAX_FRAME);
  }
}
