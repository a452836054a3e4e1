package io.quorate.consensus;

import java.util.random.RandomGenerator;

/// What a machine knows of itself from the start.
///
/// @param id its own place among the members
/// @param incarnation the node's life, raised durably at each start
/// @param random the only randomness that the machine may use
public record Self(
    ReplicaId id, long incarnation, RandomGenerator random, Timing timing, Limits limits) {

  /// A node's own timing; members need not agree on it, but should.
  ///
  /// @param heartbeat nanoseconds between signs of life of an idle leader
  /// @param election nanoseconds of silence after which a leader counts as gone
  public record Timing(long heartbeat, long election) {
    public static final Timing DEFAULT = new Timing(100_000_000, 1_000_000_000);

    public Timing {
      if (heartbeat <= 0 || election < 5 * heartbeat) {
        throw new IllegalArgumentException(
            "an election timeout of " + election + " ns needs five heartbeats of " + heartbeat);
      }
    }
  }

  /// What a machine may hold, in bytes.
  ///
  /// @param window decided entries kept for peers that lag a little; who lags more must pull
  /// @param undecided proposed and not yet decided; past it proposals are refused
  /// @param message entries in one message (a larger entry travels alone)
  /// @param inFlight entries sent to one peer and not yet acknowledged
  public record Limits(long window, long undecided, long message, long inFlight) {
    public static final Limits DEFAULT = new Limits(2 << 20, 16 << 20, 1 << 20, 2 << 20);
  }
}
