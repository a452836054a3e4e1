package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Kills real processes under load, again and again: nothing that was acknowledged may be lost, no
/// linearizable read may be stale, and all nodes must end up with the same.
///
/// `-Dkill.seconds=600` goes on for longer, `-Dkill.seed=N` repeats the choices of a run.
class KillIT {
  private static final int SECONDS = Integer.getInteger("kill.seconds", 30);

  /// What there must have been of kills, and of each kind of call.
  private static final int KILLS = Math.max(5, SECONDS / 6);

  private static final long CALLS = SECONDS * 25L;

  private static final int WRITERS = 12;
  private static final int READERS = 6;
  private static final int SHARED_KEYS = 5;

  private final long seed = Long.getLong("kill.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Ledger ledger = new Ledger();
  private final AtomicInteger kills = new AtomicInteger();
  private volatile boolean over;

  @ParameterizedTest
  @MethodSource("io.quorate.node.Protocols#names")
  void whatWasAcknowledgedStays(String protocol) throws Exception {
    System.out.println("kill test of " + protocol + ": seed " + seed + ", " + SECONDS + " s");
    var flags = new String[] {"--snapshot-bytes=1048576", "--protocol=" + protocol};
    try (var cluster = Cluster.of(3, "kill", flags).startAll();
        var threads = Executors.newCachedThreadPool()) {
      for (int i = 0; i < WRITERS; i++) {
        int number = i;
        threads.execute(() -> write(cluster, number));
      }
      for (int i = 0; i < READERS; i++) {
        int number = i;
        threads.execute(() -> read(cluster, number));
      }
      var watch = new WatchFromTheStart(cluster, ledger, new Random(seed - 100));
      var watching = Thread.ofPlatform().start(watch::run);
      long start = System.nanoTime();
      try {
        while (goesOn(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start))) {
          disturb(cluster);
        }
      } finally {
        over = true;
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      judge(cluster);
      judge(watch, watching);
    }
  }

  /// A machine that is busy with other work comes to as much as others, later.
  private boolean goesOn(long seconds) {
    return ledger.violations().isEmpty()
        && (seconds < SECONDS || (seconds < 4L * SECONDS && !isEnough()));
  }

  private boolean isEnough() {
    return kills.get() >= KILLS && ledger.acknowledged() > CALLS && ledger.reads() > CALLS;
  }

  // Load

  private void write(Cluster cluster, int number) {
    var choices = new Random(seed + number);
    try (var nodes = new Nodes(cluster)) {
      for (int i = 0; !over; i++) {
        // Some keys of one's own, written once, and some that all fight for.
        var key =
            choices.nextInt(4) == 0
                ? "shared/" + choices.nextInt(SHARED_KEYS)
                : "own/%d/%d".formatted(number, i);
        var value = "%d-%d".formatted(number, i);
        ledger.writes(key, value);
        try {
          ledger.wrote(key, value, nodes.any(choices).put(key, value));
        } catch (StatusRuntimeException e) {
          // It may or may not have taken effect, and is not repeated.
          pause(20);
        }
      }
    }
  }

  private void read(Cluster cluster, int number) {
    var choices = new Random(seed - 1 - number);
    try (var nodes = new Nodes(cluster)) {
      while (!over) {
        var key = "shared/" + choices.nextInt(SHARED_KEYS);
        var least = ledger.readBegins(key);
        try {
          ledger.read(key, least, nodes.any(choices).get(key));
        } catch (StatusRuntimeException e) {
          pause(20);
        }
      }
    }
  }

  private static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Nodes implements AutoCloseable {
    private final List<Node> nodes = new ArrayList<>();

    Nodes(Cluster cluster) {
      for (int node = 1; node <= cluster.size(); node++) {
        nodes.add(Node.at(cluster.endpoint(node)));
      }
    }

    Node any(Random choices) {
      return nodes.get(choices.nextInt(nodes.size()));
    }

    @Override
    public void close() {
      nodes.forEach(Node::close);
    }
  }

  // Faults

  private void disturb(Cluster cluster) throws Exception {
    Thread.sleep(300 + random.nextInt(1_200));
    int choice = random.nextInt(10);
    if (choice < 2) {
      for (int node = 1; node <= cluster.size(); node++) {
        cluster.kill(node);
        kills.incrementAndGet();
      }
      for (int node = 1; node <= cluster.size(); node++) {
        cluster.start(node);
      }
      for (int node = 1; node <= cluster.size(); node++) {
        cluster.awaitReady(node);
      }
      return;
    }
    int node = choice < 7 ? cluster.leader() : 1 + random.nextInt(cluster.size());
    if (node == 0) {
      return;
    }
    cluster.kill(node);
    kills.incrementAndGet();
    Thread.sleep(random.nextInt(choice % 2 == 0 ? 200 : 3_000));
    cluster.start(node);
    if (random.nextBoolean()) {
      cluster.awaitReady(node);
    }
  }

  // Judgement

  /// Each acknowledged write was seen, once and in order: every revision was, and what each was.
  private void judge(WatchFromTheStart watch, Thread watching) throws Exception {
    Awaitility.await("the watch sees everything")
        .atMost(Duration.ofSeconds(30))
        .until(() -> watch.ended() != null || watch.seen() >= ledger.newest());
    watching.interrupt();
    watching.join(TimeUnit.SECONDS.toMillis(30));
    assertThat(watch.ended()).isNull();
    assertThat(ledger.violations()).isEmpty();
  }

  private void judge(Cluster cluster) {
    assertThat(ledger.violations()).isEmpty();
    System.out.printf(
        "kill test: %d kills, %d writes acknowledged, %d linearizable reads%n",
        kills.get(), ledger.acknowledged(), ledger.reads());
    assertThat(isEnough()).as("enough to judge by").isTrue();

    var hashes = new ArrayList<Integer>();
    for (int i = 1; i <= cluster.size(); i++) {
      int node = i;
      try (var client = Node.at(cluster.endpoint(node))) {
        Awaitility.await("node " + node + " answers a linearizable read")
            .atMost(Duration.ofSeconds(30))
            .ignoreException(StatusRuntimeException.class)
            .until(() -> client.get("shared/0").getHeader().getRevision() >= ledger.newest());
        var kept =
            client.everything().stream()
                .collect(Collectors.toMap(kv -> kv.getKey().toStringUtf8(), kv -> kv));
        ledger.mustBeIn(kept, "node " + node);
        hashes.add(client.hash(ledger.newest()));
      }
    }
    assertThat(ledger.violations()).isEmpty();
    assertThat(hashes).as("HashKV of all nodes").containsOnly(hashes.getFirst());
  }
}
