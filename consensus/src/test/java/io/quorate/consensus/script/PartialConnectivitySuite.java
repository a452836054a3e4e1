package io.quorate.consensus.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where one member is connected to a quorum, there is a leader within four election timeouts, and
/// it stays: whichever member that is, and however old its log (SR30 to SR32).
public abstract class PartialConnectivitySuite {
  protected static final int FOUR_TIMEOUTS = 4_000;

  /// A group of the protocol in question.
  protected abstract RandomGroup group(long seed, int voters);

  protected RandomGroup led(long seed, int voters, long leader) {
    var group = group(seed, voters);
    group.start();
    group.quiet(FOUR_TIMEOUTS);
    if (group.leader() != leader) {
      group.transfer(leader);
      group.quiet(500);
    }
    assertThat(group.leader()).isEqualTo(leader);
    return group;
  }

  protected static void cutBoth(RandomGroup group, long one, long other) {
    group.cut(one, other);
    group.cut(other, one);
  }

  /// Everybody hears the centre, and nobody else.
  protected static void starAround(RandomGroup group, int voters, long centre) {
    for (long one = 1; one <= voters; one++) {
      for (long other = one + 1; other <= voters; other++) {
        if (one != centre && other != centre) {
          cutBoth(group, one, other);
        }
      }
    }
  }

  protected static void requireStable(RandomGroup group, long leader) {
    assertThat(group.leader()).isEqualTo(leader);
    long attempts = group.attempts();
    long before = group.decided(leader);
    group.proposeAnywhere();
    group.quiet(FOUR_TIMEOUTS);
    assertThat(group.leader()).isEqualTo(leader);
    assertThat(group.attempts()).isEqualTo(attempts);
    assertThat(group.decided(leader)).isGreaterThan(before);
  }

  /// SR31, quorum loss: the leader is left with the centre alone.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void theCentreTakesOver(long seed) {
    var group = led(seed, 5, 1);
    starAround(group, 5, 3);
    group.quiet(FOUR_TIMEOUTS);
    requireStable(group, 3);
  }

  /// SR31, chained: two of three do not hear each other. The leader stays, or the middle one leads.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aChainKeepsItsLeader(long seed) {
    var group = led(seed, 3, 1);
    cutBoth(group, 1, 3);
    group.quiet(FOUR_TIMEOUTS);
    requireStable(group, 1);
  }

  /// SR30: 4 hears only 2, and 5 only 3.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void omissionsDoNotMakeDuels(long seed) {
    var group = led(seed, 5, 1);
    cutBoth(group, 4, 1);
    cutBoth(group, 4, 3);
    cutBoth(group, 4, 5);
    cutBoth(group, 5, 1);
    cutBoth(group, 5, 2);
    group.quiet(FOUR_TIMEOUTS);
    requireStable(group, 1);
  }

  /// SR32: one sends, but cannot receive. As leader it steps down; else it disturbs nobody.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void theDeafDisturbsNobody(long seed) {
    var group = led(seed, 5, 1);
    for (long other = 2; other <= 5; other++) {
      group.cut(other, 1);
    }
    group.quiet(FOUR_TIMEOUTS);
    long leader = group.leader();
    assertThat(leader).isGreaterThan(1);
    requireStable(group, leader);
  }
}
