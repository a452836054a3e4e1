package io.quorate.simulation.experiment;

import io.quorate.consensus.Protocol;
import io.quorate.simulation.Testbed;

/// What becomes of a cluster whose nodes reach each other only in part, for ten election timeouts.
public final class Partitions {
  /// How long nodes stay apart: nanoseconds.
  public static final long LENGTH = 10 * Testbed.ELECTION_TIMEOUT;

  /// Within which a leader should be found.
  public static final long FOUR_TIMEOUTS = 4 * Testbed.ELECTION_TIMEOUT;

  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000 * MILLISECOND;

  /// Clients at each node put so often.
  private static final long EVERY = 50 * MILLISECOND;

  private static final int VALUE = 16;

  /// What clients, one at each node, saw of one run.
  ///
  /// @param back nanoseconds until a put that was begun after the ways were cut was answered; -1:
  ///   none was
  /// @param longestGap the longest time in which none was, anywhere: nanoseconds
  /// @param answering how many nodes answered during the last two election timeouts
  /// @param leaderships how many began
  /// @param terms how many new ones any node took for the present one
  public record Result(long back, long longestGap, int answering, int leaderships, int terms) {
    /// Whether writes were back, so that there was a leader, within four election timeouts.
    public boolean isBackInTime() {
      return back >= 0 && back <= FOUR_TIMEOUTS;
    }
  }

  private Partitions() {}

  public static Result measure(long seed, int nodes, Protocol protocol, Partition partition) {
    var testbed = Start.led(seed, nodes, protocol);
    int leader = testbed.leader();
    var probes = new Probes(testbed, VALUE);
    cut(testbed, leader, partition::isOpenBefore);
    testbed.put(leader, "before", VALUE, (done, at) -> {});
    testbed.run(SECOND / 2);
    cut(testbed, leader, partition::isOpen);
    int leaderships = testbed.leaderships();
    int terms = testbed.terms();
    probes.since(testbed.now());
    long begun = testbed.now();
    probes.begin(EVERY, node -> true);
    testbed.run(LENGTH);
    return new Result(
        probes.firstAnswer() < 0 ? -1 : probes.firstAnswer() - begun,
        probes.longestGap(),
        probes.answering(testbed.now() - 2 * Testbed.ELECTION_TIMEOUT),
        testbed.leaderships() - leaderships,
        testbed.terms() - terms);
  }

  private interface Ways {
    boolean isOpen(int from, int to, int nodes);
  }

  private static void cut(Testbed testbed, int leader, Ways ways) {
    int nodes = testbed.nodes();
    for (int from = 0; from < nodes; from++) {
      for (int to = 0; to < nodes; to++) {
        if (from != to) {
          testbed.way((leader + from) % nodes, (leader + to) % nodes, ways.isOpen(from, to, nodes));
        }
      }
    }
  }
}
