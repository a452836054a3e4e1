package io.quorate.simulation;

import static io.quorate.simulation.Scenario.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.Era;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Self;
import io.quorate.node.Protocols;
import io.quorate.store.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// C16 where five nodes reach each other only in part: whoever leads before, there is a leader
/// within four election timeouts if any that reaches a quorum holds the newest log, it stays, and
/// terms do not grow; else nothing happens at all. Nodes are numbered from 1, as in the sources of
/// the scenarios.
class PartialConnectivityTest {
  private static final int NODES = 5;
  private static final int SEEDS = 4;
  private static final long ELECTION = Self.Timing.DEFAULT.election();
  private static final long FOUR_TIMEOUTS = 4 * ELECTION;
  private static final long LONG = 30 * ELECTION;

  private static final Era.Options WITH_LEASES = Era.Options.DEFAULT.withLeases(1_000, 20_000);

  /// A protocol with its options, a seed, and who leads before the links break.
  static Stream<Arguments> beginnings() {
    return beginnings(1);
  }

  /// Those in which 1 does not lead: a centre that has led lacks nothing.
  static Stream<Arguments> beginningsAside() {
    return beginnings(2);
  }

  private static Stream<Arguments> beginnings(int firstLeader) {
    var beginnings = new ArrayList<Arguments>();
    for (int leader = firstLeader; leader <= NODES; leader++) {
      for (long seed = 1; seed <= SEEDS; seed++) {
        for (var protocol : Protocols.names()) {
          beginnings.add(Arguments.of(protocol, leader, seed, Era.Options.DEFAULT));
        }
        beginnings.add(Arguments.of("raft", leader, seed, WITH_LEASES));
      }
    }
    return beginnings.stream();
  }

  private record Link(int one, int other) {}

  /// Five nodes, all of which reach each other, led by one of them.
  private static final class Cluster {
    final Scenario scenario;
    final World<Outcome> world;

    Cluster(String protocol, int leader, long seed, Era.Options options) {
      var agreeing = Protocols.named(protocol);
      scenario = new Scenario(seed, World.Settings.of(NODES, 0, agreeing, options));
      world = scenario.world;
      scenario.begin();
      world.run(3 * SECOND);
      handOver(leader);
      write();
      world.run(SECOND);
      assertThat(world.leader()).isSameAs(node(leader));
    }

    SimulatedHost<Outcome> node(int number) {
      return world.host(number - 1);
    }

    void handOver(int to) {
      var leader = scenario.leader();
      if (leader != node(to)) {
        leader.onLoop(
            () -> Scenario.nodeOf(leader).group().transfer(new ReplicaId(node(to).id(), 1)));
        world.run(SECOND);
      }
    }

    void write() {
      Scenario.write(scenario.leader());
    }

    /// From now on only these links are left.
    void only(Link... links) {
      var left = List.of(links);
      for (int one = 1; one <= NODES; one++) {
        for (int other = 1; other <= NODES; other++) {
          boolean cut =
              !left.contains(new Link(one, other)) && !left.contains(new Link(other, one));
          if (one != other) {
            way(one, other, !cut);
          }
        }
      }
    }

    void way(int from, int to, boolean open) {
      if (open) {
        world.network().mend(node(from).id(), node(to).id());
      } else {
        world.network().cut(node(from).id(), node(to).id());
      }
    }

    void heal(Link link) {
      way(link.one, link.other, true);
      way(link.other, link.one, true);
    }

    /// What a node takes for the term.
    long term(int number) {
      return Scenario.nodeOf(node(number)).group().leadership().term();
    }

    long greatestTerm() {
      return IntStream.rangeClosed(1, NODES).mapToLong(this::term).max().orElseThrow();
    }

    /// Within four election timeouts somebody leads, and goes on to.
    void isLedSoonAndStaysSo(Integer... any) {
      world.run(FOUR_TIMEOUTS);
      var leader = world.leader();
      assertThat(leader).as("the leader%s", world.describe()).isNotNull();
      assertThat(Stream.of(any).map(this::node)).contains(leader);
      long term = greatestTerm();
      for (int i = 0; i < 30; i++) {
        write();
        world.run(LONG / 30);
        assertThat(world.leader()).as("the leader%s", world.describe()).isSameAs(leader);
      }
      assertThat(greatestTerm()).as("the term").isEqualTo(term);
    }

    /// Nobody can lead, and nothing changes.
    void isIdle() {
      world.run(2 * ELECTION);
      long term = greatestTerm();
      for (int i = 0; i < 30; i++) {
        world.run(LONG / 30);
        assertThat(world.leader()).isNull();
      }
      assertThat(greatestTerm()).as("the term").isEqualTo(term);
    }
  }

  private static Link link(int one, int other) {
    return new Link(one, other);
  }

  /// SR30: 4 reaches only 2, and 5 only 3. Without pre-vote the two would unseat leaders in turn.
  @ParameterizedTest
  @MethodSource("beginnings")
  void duellingOmission(String protocol, int leader, long seed, Era.Options options) {
    var cluster = new Cluster(protocol, leader, seed, options);
    cluster.only(link(1, 2), link(1, 3), link(2, 3), link(2, 4), link(3, 5));
    cluster.isLedSoonAndStaysSo(1, 2, 3);
  }

  /// SR31, quorum loss: everybody reaches only 1, so nobody else can lead, whoever did.
  @ParameterizedTest
  @MethodSource("beginnings")
  void quorumLoss(String protocol, int leader, long seed, Era.Options options) {
    var cluster = new Cluster(protocol, leader, seed, options);
    cluster.only(link(1, 2), link(1, 3), link(1, 4), link(1, 5));
    cluster.isLedSoonAndStaysSo(1);
  }

  /// SR31, constrained election: everybody reaches only 1, and the leader nobody; what 2 and 3
  /// hold, 1 lacks. Who elects by the log cannot elect anybody; once 2 reaches 3, too, it can lead.
  /// Multi-Paxos needs no log to lead.
  @ParameterizedTest
  @MethodSource("beginningsAside")
  void constrainedElection(String protocol, int leader, long seed, Era.Options options) {
    var cluster = new Cluster(protocol, leader, seed, options);
    var newer = IntStream.rangeClosed(2, NODES).filter(node -> node != leader).limit(2).toArray();
    int stale = IntStream.rangeClosed(2, NODES).filter(n -> n != leader).max().orElseThrow();
    cluster.only(link(leader, newer[0]), link(leader, newer[1]), link(newer[0], newer[1]));
    cluster.write();
    cluster.world.run(SECOND);
    cluster.only(link(1, newer[0]), link(1, newer[1]), link(1, stale));
    if (protocol.equals("paxos")) {
      cluster.isLedSoonAndStaysSo(1);
      return;
    }
    cluster.isIdle();
    cluster.heal(link(newer[0], newer[1]));
    cluster.isLedSoonAndStaysSo(newer[0], newer[1]);
  }

  /// SR31, chained: each reaches only its neighbours in a row.
  @ParameterizedTest
  @MethodSource("beginnings")
  void chained(String protocol, int leader, long seed, Era.Options options) {
    var cluster = new Cluster(protocol, leader, seed, options);
    cluster.only(link(1, 2), link(2, 3), link(3, 4), link(4, 5));
    cluster.isLedSoonAndStaysSo(2, 3, 4);
  }

  /// SR32: 1 hears nobody, and everybody hears 1, which goes on asking to be elected.
  @ParameterizedTest
  @MethodSource("beginnings")
  void aNodeThatIsDeaf(String protocol, int leader, long seed, Era.Options options) {
    var cluster = new Cluster(protocol, leader, seed, options);
    for (int other = 2; other <= NODES; other++) {
      cluster.way(other, 1, false);
    }
    cluster.isLedSoonAndStaysSo(2, 3, 4, 5);
  }
}
