package io.quorate.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.Protocol;
import io.quorate.journal.Journal;
import io.quorate.node.Protocols;
import io.quorate.simulation.history.KvHistory;
import io.quorate.simulation.history.RevisionCheck;
import io.quorate.simulation.history.WatchHistory;
import io.quorate.store.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Crashes at every operation on a disk of a short story, of one node, of a quorum and of all, with
/// everything kept, everything unforced lost, writes lost in any subset, and torn: whichever it is,
/// nothing acknowledged is lost and all agree in the end.
///
/// `-Dcrash.step=1` tries every operation; by default every few of them, beginning anywhere.
class CrashPointsTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000 * MILLISECOND;
  private static final long GAP = 5 * MILLISECOND;

  /// A story that writes to disk.
  enum Story {
    /// A cluster begins: identities, journals, first era, first leader.
    BEGIN(3, 0, 200_000),
    /// Clients write and read.
    WRITES(3, SECOND / 2, 200_000),
    /// So little fits into the journal that segments end, are cleaned away and used again, and the
    /// store is made durable again and again.
    SEGMENTS(3, SECOND, 20_000),
    /// A node that was away comes back and fetches an image.
    CATCH_UP(3, SECOND, 20_000),
    /// One node alone.
    ALONE(1, SECOND / 2, 50_000);

    final int nodes;
    final long writing;
    final long snapshotBytes;

    Story(int nodes, long writing, long snapshotBytes) {
      this.nodes = nodes;
      this.writing = writing;
      this.snapshotBytes = snapshotBytes;
    }
  }

  private static final class Run {
    final Story story;
    final KvMachines machines = new KvMachines();
    final KvHistory history = new KvHistory();
    final World<Outcome> world;
    final KvClients clients;

    Run(Story story, Protocol protocol) {
      this.story = story;
      var usual = World.Settings.of(story.nodes, protocol);
      var settings =
          new World.Settings(
              story.nodes,
              usual.learners(),
              usual.protocol(),
              usual.options(),
              usual.timing(),
              usual.limits(),
              new Journal.Options(1 << 16),
              story.snapshotBytes);
      world = new World<>(1, settings, machines, Watches.of(protocol), Trace.NONE);
      var requests = new KvRequests(new Draw(2), (double) story.writing / GAP);
      clients = new KvClients(world, machines, new Draw(1), history, requests, new WatchHistory());
    }

    void tell() {
      world.startAll();
      world.run(SECOND);
      if (story == Story.CATCH_UP) {
        world.host(0).crash(SimulatedDisk.Loss.NOTHING);
        write(story.writing);
        world.host(0).start();
      }
      write(story.writing);
    }

    private void write(long length) {
      long now = world.timeline().now();
      clients.begin(GAP, now, now + length);
      world.run(length + 100 * MILLISECOND);
    }

    /// What crashed comes back, and the cluster is used once more.
    void recover() {
      world.noCrash(); // its operation may never have come
      world.hosts().forEach(SimulatedHost::start);
      world.run(6 * SECOND);
      write(SECOND / 4);
      world.run(15 * SECOND);
      RevisionCheck.verify(history, world.moments());
      assertThat(world.leader()).isNotNull();
      long digest = machines.digest(world.host(0));
      for (var host : world.hosts()) {
        assertThat(host.failure()).isNull();
        assertThat(machines.digest(host)).isEqualTo(digest);
      }
    }
  }

  private record Crash(long operation, int others, SimulatedDisk.Loss loss) {}

  private static List<Crash> crashes(Story story, long operations) {
    long step = Long.getLong("crash.step", 53);
    long first = System.nanoTime() % step;
    var crashes = new ArrayList<Crash>();
    var others = story.nodes == 1 ? List.of(0) : List.of(0, 1, 2);
    for (long at = 1 + first; at <= operations; at += step) {
      for (int count : others) {
        for (var loss : SimulatedDisk.Loss.values()) {
          crashes.add(new Crash(at, count, loss));
        }
      }
    }
    return crashes;
  }

  static List<Arguments> stories() {
    var stories = new ArrayList<Arguments>();
    for (var protocol : Protocols.names()) {
      for (var story : Story.values()) {
        stories.add(Arguments.of(story, Protocols.named(protocol)));
      }
    }
    return stories;
  }

  @ParameterizedTest
  @MethodSource("stories")
  void whereverACrashFallsNothingIsLost(Story story, Protocol protocol) {
    var calm = new Run(story, protocol);
    calm.tell();
    calm.recover();
    var crashes = crashes(story, calm.world.operations());
    for (var crash : crashes) {
      var run = new Run(story, protocol);
      try {
        run.world.crashAt(crash.operation, crash.others, crash.loss);
        run.tell();
        run.recover();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(crash + run.world.describe(), e);
      }
    }
    System.out.printf(
        "%s, %s: %d crashes at %d operations%n",
        protocol.name(), story, crashes.size(), calm.world.operations());
  }
}
