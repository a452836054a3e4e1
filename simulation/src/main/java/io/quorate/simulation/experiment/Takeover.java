package io.quorate.simulation.experiment;

import io.quorate.consensus.Protocol;

/// How long a cluster takes no writes when its leader is gone.
public final class Takeover {
  /// How the leader goes.
  public enum Cause {
    /// Its process ends: the others see their links break.
    PROCESS_ENDS,
    /// Its host is cut off: the others hear nothing any more.
    HOST_IS_CUT_OFF
  }

  private static final long MILLISECOND = 1_000_000;

  /// Clients at each node that is left put so often.
  private static final long EVERY = 2 * MILLISECOND;

  private static final int VALUE = 16;
  private static final long AT_MOST = 60_000 * MILLISECOND;

  private static final long ONE_WAY = 5 * MILLISECOND;

  private Takeover() {}

  /// Nanoseconds from the end of the leader until a write that was begun after it is answered, at
  /// any of the nodes that are left.
  ///
  /// @return -1 if none was within a minute
  public static long measure(long seed, int nodes, Protocol protocol, Cause cause) {
    var testbed = Start.led(seed, nodes, protocol);
    int leader = testbed.leader();
    var writes = new Probes(testbed, VALUE);
    writes.begin(EVERY, node -> node != leader);
    // Not always at the same distance from the last heartbeat.
    testbed.run(1_000 * MILLISECOND + seed % 100 * MILLISECOND);
    long gone = testbed.now();
    switch (cause) {
      case PROCESS_ENDS -> testbed.kill(leader);
      case HOST_IS_CUT_OFF -> {
        for (int other = 0; other < nodes; other++) {
          if (other != leader) {
            testbed.way(leader, other, false);
            testbed.way(other, leader, false);
          }
        }
      }
    }
    writes.since(gone);
    testbed.runUntil(() -> writes.firstAnswer() >= 0, AT_MOST);
    return writes.firstAnswer() < 0 ? -1 : writes.firstAnswer() - gone;
  }

  /// How many one-way delays between nodes an election takes, with disks and code that take no
  /// time: from the first message of it until the new leader has decided something.
  ///
  /// @return -1 if nobody has within a minute
  public static double electionDelays(long seed, int nodes, Protocol protocol) {
    var testbed = Start.led(seed, nodes, protocol);
    testbed.steady(ONE_WAY, 0);
    int leader = testbed.leader();
    var writes = new Probes(testbed, VALUE);
    writes.begin(EVERY, node -> node != leader);
    testbed.watchPeace();
    testbed.run(1_000 * MILLISECOND);
    testbed.expectElection();
    testbed.kill(leader);
    testbed.runUntil(() -> testbed.electionTook() >= 0, AT_MOST);
    return testbed.electionTook() < 0 ? -1 : testbed.electionTook() / (double) ONE_WAY;
  }
}
