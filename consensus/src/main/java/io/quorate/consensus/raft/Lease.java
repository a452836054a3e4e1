package io.quorate.consensus.raft;

import io.quorate.consensus.Era;
import io.quorate.consensus.Quorum;
import io.quorate.consensus.ReplicaId;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/// A leader's lease, where the era has leases: for how long it may answer reads without asking
/// anybody, because nobody else can have been elected yet (thesis 6.4.1).
///
/// What voters keep, whatever they suspect (see [Voting]): who has heard its leader at the time h of
/// its own clock elects nobody, and helps nobody to be elected, before h + L, where L is the era's
/// `leaseMillis`. Only a leader that hands over lets them go earlier, and it gives its lease up
/// before, for the rest of its term: the message by which it hands over may be late.
///
/// What follows. Let the leader begin a round at the time t₀ of its own clock, and let enough voters
/// to confirm a read answer it. Each of them heard the leader after t₀, and whoever is elected in a
/// later term needs a vote of one of them, after it heard. Let every clock run at a rate between
/// 1 - ρ and 1 + ρ of the true time, where ρ is the era's `leaseDriftPpm`. The voters' clocks need
/// at least L / (1 + ρ) of true time to show h + L, and the leader's clock needs at most D / (1 - ρ)
/// to show t₀ + D. So nobody is elected before the leader's clock shows t₀ + D if
///
///     D / (1 - ρ)  ≤  L / (1 + ρ),     that is     D  ≤  L (1 - ρ) / (1 + ρ),
///
/// and (1 - ρ) / (1 + ρ) > 1 - 2ρ, since (1 - 2ρ)(1 + ρ) = 1 - ρ - 2ρ². Here D = L (1 - 2ρ).
///
/// A read asks what was decided before it was asked. The time that is compared with t₀ + D was read
/// after that ([io.quorate.consensus.Consensus#step]), so a leader that stands still after it has
/// looked at its clock answers late, but not wrongly.
final class Lease {
  private static final long NEVER = Long.MIN_VALUE;
  private static final long MILLION = 1_000_000;

  private final long lasts;
  private final long renewal;

  /// The oldest round that is not confirmed yet, and when it began.
  private long round;

  private long began;
  private boolean underWay;

  private long ends = NEVER;
  private boolean givenUp;

  /// @param renewal nanoseconds between the rounds that renew it
  Lease(Era era, long renewal) {
    // Milliseconds times millionths: nanoseconds.
    this.lasts = era.options().leaseMillis() * (MILLION - 2L * era.options().leaseDriftPpm());
    this.renewal = renewal;
    this.began = NEVER;
  }

  /// How long a voter stays with a leader that it heard, in nanoseconds of its own clock; 0 in an
  /// era without leases.
  static long stay(Era era) {
    return era.options().leaseMillis() * MILLION;
  }

  /// Whether a round must begin, so that the lease does not end.
  boolean wantsRound(long now) {
    return lasts > 0 && !givenUp && !underWay && (began == NEVER || now - began >= renewal);
  }

  /// A round begins: everything that is sent from now on belongs to it.
  void began(long begun, long now) {
    if (!underWay) {
      underWay = true;
      round = begun;
      began = now;
    }
  }

  /// Takes note of who followed.
  ///
  /// @param followed who has answered a round, or a later one
  void confirm(Quorum quorum, LongFunction<Predicate<ReplicaId>> followed) {
    if (underWay && quorum.confirmsRead(followed.apply(round))) {
      underWay = false;
      ends = began + lasts;
    }
  }

  /// Whether nobody else leads yet at this time of the leader's clock.
  boolean holds(long now) {
    return !givenUp && now < ends;
  }

  /// Voters may be let go from now on; there is no way back.
  void giveUp() {
    givenUp = true;
  }
}
