package io.quorate.simulation.experiment;

import io.quorate.consensus.Protocol;
import io.quorate.simulation.Testbed;
import java.util.Arrays;

/// What a write costs in a calm cluster: messages, bytes, forced writes, and time in units of the
/// way between two nodes.
///
/// The ways take exactly a millisecond; for a write by itself disks take no time, so that what is
/// left is how often the protocol waits for a message.
public final class Cost {
  /// What clients do.
  public enum Load {
    /// One client at the leader, which waits for each answer.
    LEADER_ALONE(1, 0, true),
    /// One client at a follower, which waits for each answer.
    FOLLOWER_ALONE(1, 0, false),
    /// 64 clients at the leader, each of which waits for its answers; a flush takes about a
    /// millisecond.
    LEADER_BUSY(64, ONE_WAY, true);

    final int clients;
    final long flush;
    final boolean atLeader;

    Load(int clients, long flush, boolean atLeader) {
      this.clients = clients;
      this.flush = flush;
      this.atLeader = atLeader;
    }
  }

  /// Of one run.
  ///
  /// @param delays how long the median write took, in one-way delays between nodes
  /// @param messages that nodes sent each other, per write
  /// @param bytes of the frames in which these travelled, per write
  /// @param writesPerFlush writes that a node forces to its disk together, on average
  public record Result(double delays, double messages, double bytes, double writesPerFlush) {}

  /// Nanoseconds from one node to another.
  public static final long ONE_WAY = 1_000_000;

  /// Bytes of a value that is put.
  public static final int VALUE = 256;

  private static final int WRITES = 400;
  private static final int WARM_UP = 64;
  private static final long SECOND = 1_000_000_000;

  /// So long after the last answer, everybody has heard of it.
  private static final long AFTERWARDS = 10 * ONE_WAY;

  private final Testbed testbed;
  private final Load load;
  private final int node;
  private final long[] took = new long[WRITES];
  private int begun;
  private int answered;

  private Cost(Testbed testbed, Load load, int node) {
    this.testbed = testbed;
    this.load = load;
    this.node = node;
  }

  public static Result measure(long seed, int nodes, Protocol protocol, Load load) {
    var testbed = Start.led(seed, nodes, protocol);
    testbed.steady(ONE_WAY, load.flush);
    int leader = testbed.leader();
    return new Cost(testbed, load, load.atLeader ? leader : (leader + 1) % nodes).measure();
  }

  private Result measure() {
    for (int i = 0; i < WARM_UP; i++) {
      testbed.put(node, "key", VALUE, (done, at) -> {});
    }
    testbed.run(SECOND);
    var before = testbed.traffic();
    for (int i = 0; i < load.clients; i++) {
      next();
    }
    if (!testbed.runUntil(() -> answered == WRITES, 60 * SECOND)) {
      throw new IllegalStateException(
          "%s of %s writes were answered in a calm cluster".formatted(answered, WRITES));
    }
    testbed.run(AFTERWARDS);
    var traffic = testbed.traffic().since(before);
    return new Result(
        medianTime() / (double) ONE_WAY,
        perWrite(traffic.messages()),
        perWrite(traffic.bytes()),
        (double) WRITES * testbed.nodes() / traffic.flushes());
  }

  private long medianTime() {
    Arrays.sort(took);
    return took[WRITES / 2];
  }

  private static double perWrite(long count) {
    return count / (double) WRITES;
  }

  private void next() {
    if (begun == WRITES) {
      return;
    }
    int number = begun++;
    long asked = testbed.now();
    testbed.put(
        node,
        "key",
        VALUE,
        (done, at) -> {
          if (!done) {
            throw new IllegalStateException("a write failed in a calm cluster");
          }
          took[number] = at - asked;
          answered++;
          // A client's next request is no part of the turn that answers the last one.
          testbed.at(at, this::next);
        });
  }
}
