package io.quorate.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.raft.Raft;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.node.Call;
import io.quorate.node.Unanswered;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RaftWorldTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000 * MILLISECOND;

  /// A world of ledgers with clients that append and read.
  private static final class Run {
    final Draw draw;
    final Ledger.Machines machines = new Ledger.Machines();
    final RaftWatch watch = new RaftWatch();
    final World<Integer> world;
    final Chaos<Integer> chaos;
    final TreeMap<Integer, Integer> placeOf = new TreeMap<>();
    final Set<Integer> unknown = new TreeSet<>();
    int next = 1;
    int greatestKnownPlace;

    Run(long seed, int nodes) {
      this.draw = new Draw(seed ^ 0x5eed);
      world = new World<>(seed, World.Settings.of(nodes, Raft.PROTOCOL), machines, w -> watch);
      chaos = new Chaos<>(world, draw.split(), 15 * SECOND);
    }

    void go() {
      world.startAll();
      world.run(2 * SECOND);
      chaos.begin();
      client(14 * SECOND);
      world.run(14 * SECOND);
      world.run(10 * SECOND);
      client(world.timeline().now() + SECOND);
      world.run(10 * SECOND);
      converged();
    }

    void client(long until) {
      long gap = (long) (draw.magnitude(0.2, 50) * MILLISECOND);
      plan(gap, until);
    }

    private void plan(long gap, long until) {
      if (world.timeline().now() < until) {
        world
            .timeline()
            .in(
                draw.delay(gap),
                () -> {
                  act();
                  plan(gap, until);
                });
      }
    }

    private void act() {
      var host = draw.pick(world.hosts());
      var node = host.node();
      if (node == null || node.waitsForWelcomes()) {
        return;
      }
      if (draw.chance(0.7)) {
        int number = next++;
        var out = new WireWriter();
        out.u32(number);
        out.zeros(draw.below(draw.chance(0.02) ? 5_000 : 100));
        unknown.add(number);
        host.onLoop(() -> node.group().propose(out.toBytes(), new Append(number)));
      } else {
        host.onLoop(() -> node.group().barrier(new Read(host, greatestKnownPlace)));
      }
    }

    private final class Append implements Call<Integer> {
      final int number;

      Append(int number) {
        this.number = number;
      }

      @Override
      public void done(Integer place) {
        assertThat(placeOf.put(number, place)).isNull();
        unknown.remove(number);
        greatestKnownPlace = Math.max(greatestKnownPlace, place);
      }

      @Override
      public void unanswered(Unanswered why) {}
    }

    private final class Read implements Call<Long> {
      final SimulatedHost<Integer> host;
      final int atLeast;

      Read(SimulatedHost<Integer> host, int atLeast) {
        this.host = host;
        this.atLeast = atLeast;
      }

      @Override
      public void done(Long index) {
        assertThat(machines.of(host).entries().size())
            .as("C7: a read sees what was completed before it began")
            .isGreaterThanOrEqualTo(atLeast);
      }

      @Override
      public void unanswered(Unanswered why) {}
    }

    void converged() {
      assertThat(world.leader()).as("C16: somebody leads").isNotNull();
      var first = machines.of(world.host(0)).entries();
      for (var host : world.hosts()) {
        assertThat(host.failure()).isNull();
        assertThat(machines.of(host).entries()).as("C16: all agree").isEqualTo(first);
      }
      var seen = new HashSet<Integer>();
      for (var entry : first) {
        assertThat(seen.add(number(entry))).as("C6: once").isTrue();
      }
      placeOf.forEach((number, place) ->
          assertThat(number(first.get(place - 1))).as("C5: in its place").isEqualTo(number));
    }

    private static int number(Bytes entry) {
      return (entry.at(0) & 0xff) << 24
          | (entry.at(1) & 0xff) << 16
          | (entry.at(2) & 0xff) << 8
          | (entry.at(3) & 0xff);
    }
  }

  @Test
  void threeNodesThatMeetForTheFirstTimeElectALeader() {
    var run = new Run(1, 3);
    run.world.startAll();
    run.world.run(SECOND);
    assertThat(run.world.leader()).isNotNull();
  }

  @Test
  void seeds() {
    long from = Long.getLong("from", 0);
    long count = Long.getLong("seeds", 50);
    long events = 0;
    long decided = 0;
    long terms = 0;
    long start = System.nanoTime();
    for (long seed = from; seed < from + count; seed++) {
      var run = new Run(seed, seed % 3 == 0 ? 5 : seed % 7 == 0 ? 1 : 3);
      try {
        run.go();
      } catch (Throwable e) {
        throw new AssertionError(
            "seed "
                + seed
                + " at "
                + run.world.timeline().now() / 1e9
                + " s: "
                + run.world.log()
                + run.world.describe(),
            e);
      }
      events += run.world.timeline().happened();
      decided += run.watch.decidedUpTo();
      terms += run.watch.leaderships();
    }
    System.out.printf(
        "%d seeds, %d events, %d decided, %d terms, %.1f s%n",
        count, events, decided, terms, (System.nanoTime() - start) / 1e9);
  }
}
