package io.quorate.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.raft.Raft;
import io.quorate.store.Outcome;
import org.junit.jupiter.api.Test;

/// The whole of a cluster, from the calls of clients to the disk, through faults: nobody was ever
/// told anything that cannot be.
class KvWorldTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000 * MILLISECOND;

  private static final class Run {
    final Draw draw;
    final KvMachines machines = new KvMachines();
    final RaftWatch watch = new RaftWatch();
    final KvHistory history = new KvHistory();
    final World<Outcome> world;
    final Chaos<Outcome> chaos;
    final KvClients clients;

    Run(long seed, int nodes) {
      draw = new Draw(seed ^ 0x6b76);
      world = new World<>(seed, World.Settings.of(nodes, Raft.PROTOCOL), machines, w -> watch);
      chaos = new Chaos<>(world, draw.split(), 15 * SECOND);
      clients = new KvClients(world, machines, draw.split(), history, 1 + draw.below(6));
    }

    void go() {
      world.startAll();
      world.run(2 * SECOND);
      chaos.begin();
      clients.begin((long) (draw.magnitude(0.5, 50) * MILLISECOND), 14 * SECOND);
      world.run(24 * SECOND);
      clients.begin(5 * MILLISECOND, world.timeline().now() + SECOND);
      world.run(30 * SECOND);
      history.verify();
      assertThat(world.leader()).as("C16: somebody leads").isNotNull();
      var digest = machines.digest(world.host(0));
      for (var host : world.hosts()) {
        assertThat(host.failure()).isNull();
        assertThat(machines.digest(host)).as("C16: all hold the same").isEqualTo(digest);
      }
    }
  }

  @Test
  void seeds() {
    long from = Long.getLong("from", 0);
    long count = Long.getLong("seeds", 30);
    long answered = 0;
    long unknown = 0;
    for (long seed = from; seed < from + count; seed++) {
      var run = new Run(seed, seed % 3 == 0 ? 5 : seed % 7 == 0 ? 1 : 3);
      try {
        run.go();
      } catch (Throwable e) {
        throw new AssertionError(
            "seed %d at %.3f s: %s %s"
                .formatted(
                    seed, run.world.timeline().now() / 1e9, run.world.log(), run.world.describe()),
            e);
      }
      answered += run.history.answeredCount();
      unknown += run.history.unknownCount();
    }
    assertThat(answered).isGreaterThan(100 * count);
    assertThat(unknown).isPositive();
  }
}
