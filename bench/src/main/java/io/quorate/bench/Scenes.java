package io.quorate.bench;

import io.quorate.bench.Load.Kind;
import java.util.List;
import java.util.regex.Pattern;

/// What is done to one system after it was started, and goes into the table.
final class Scenes {
  /// How long each takes.
  ///
  /// @param seconds that a row is measured
  /// @param warmUp seconds of each kind of request before the first row
  /// @param manyKeysWarmUp seconds of puts to random keys before the first row
  /// @param pairs how often the load is measured without and with a crowd beside it
  record Sizes(int seconds, int warmUp, int manyKeysWarmUp, int pairs) {}

  private static final List<Integer> IN_FLIGHT = List.of(1, 16, 64, 256);
  private static final String FAIL_OVER = "writes back after SIGKILL of the leader, ms";
  private static final String MEMORY = "memory of all three with a million keys, MB";
  private static final String CROWD =
      "beside %,d watchers and %,d leases".formatted(Crowd.WATCHERS, Crowd.LEASES);

  private static final int CROWD_IN_FLIGHT = 256;
  private static final String HOT = "puts, hot key, %d in flight".formatted(CROWD_IN_FLIGHT);
  private static final String RANDOM = "puts, random keys, %d in flight".formatted(CROWD_IN_FLIGHT);

  /// Until what a load leaves behind is done: garbage, compactions.
  private static final int REST_MILLIS = 10_000;

  private final Contender contender;
  private final Load load;
  private final Table table;
  private final Pattern rows;
  private final Sizes sizes;

  private interface Run {
    Load.Result run() throws Exception;
  }

  /// @param rows of the load whose names have no match are left out
  Scenes(Contender contender, Load load, Table table, Pattern rows, Sizes sizes) {
    this.contender = contender;
    this.load = load;
    this.table = table;
    this.rows = rows;
    this.sizes = sizes;
  }

  private static void progress(String what) {
    System.err.println(what);
  }

  /// Both paths warm: a JVM's first seconds are another story.
  void warmUp() throws Exception {
    int leader = contender.awaitLeader();
    var nodes = List.of(leader, follower(leader));
    for (var node : nodes) {
      for (var kind : Kind.values()) {
        load.run(kind, contender.port(node), 64, sizes.warmUp);
      }
    }
    for (var node : nodes) {
      ManyKeys.putRandom(contender.channel(node), 256, sizes.manyKeysWarmUp); // the generator, too
    }
  }

  private static int follower(int leader) {
    return (leader + 1) % Contender.NODES;
  }

  /// Every kind of request, through the leader and through a follower.
  ///
  /// @return how often the term rose meanwhile
  long load() throws Exception {
    int leader = contender.awaitLeader();
    long term = contender.status(leader).getRaftTerm();
    for (var kind : Kind.values()) {
      for (int inFlight : IN_FLIGHT) {
        hotKey(kind, "leader", leader, inFlight);
      }
    }
    for (var kind : Kind.values()) {
      for (int inFlight : List.of(16, 256)) {
        hotKey(kind, "follower", follower(leader), inFlight);
      }
    }
    for (int inFlight : List.of(64, 256)) {
      randomKeys("leader", leader, inFlight);
    }
    for (int inFlight : List.of(64, 256)) {
      randomKeys("follower", follower(leader), inFlight);
    }
    return contender.status(contender.awaitLeader()).getRaftTerm() - term;
  }

  private void hotKey(Kind kind, String where, int node, int inFlight) throws Exception {
    row(
        "%s, %s, hot key, %d in flight".formatted(words(kind), where, inFlight),
        kind,
        () -> load.run(kind, contender.port(node), inFlight, sizes.seconds));
  }

  private void randomKeys(String where, int node, int inFlight) throws Exception {
    row(
        "puts, %s, random keys, %d in flight".formatted(where, inFlight),
        Kind.PUT,
        () -> ManyKeys.putRandom(contender.channel(node), inFlight, sizes.seconds));
  }

  private static String words(Kind kind) {
    return switch (kind) {
      case PUT -> "puts";
      case GET -> "linearizable gets";
      case SERIALIZABLE_GET -> "serializable gets";
    };
  }

  private void row(String name, Kind kind, Run run) throws Exception {
    if (rows.matcher(name).find()) {
      measured(name, kind, run);
    }
  }

  /// @return answers per second
  private double measured(String name, Kind kind, Run run) throws Exception {
    var before = Usage.of(contender.pids());
    var result = run.run();
    var after = Usage.of(contender.pids());
    var system = contender.system;
    progress("  %-60s %,10.0f/s".formatted(name, result.perSecond()));
    table.add(name + ": per second", system, result.perSecond());
    table.add(name + ": p50 us", system, (double) result.p50());
    table.add(name + ": p99 us", system, (double) result.p99());
    double count = Math.max(1, result.count());
    table.add(name + ": CPU us each", system, (after.cpuMicros() - before.cpuMicros()) / count);
    if (kind == Kind.PUT) {
      table.add(name + ": wake-ups each", system, (after.wakeUps() - before.wakeUps()) / count);
    }
    return result.perSecond();
  }

  /// The same loads without and with a crowd beside them, by turns.
  void crowd() throws Exception {
    int leader = contender.awaitLeader();
    for (int pair = 0; pair < sizes.pairs; pair++) {
      double hot = hotPuts("alone", leader);
      double random = randomPuts("alone", leader);
      try (var crowd = new Crowd(contender.channel(follower(leader)))) {
        ofRateAlone(HOT, hotPuts(CROWD, leader) / hot);
        ofRateAlone(RANDOM, randomPuts(CROWD, leader) / random);
        progress("  %,d events, %,d keep-alives".formatted(crowd.events(), crowd.kept()));
      }
    }
  }

  private double hotPuts(String how, int node) throws Exception {
    return measured(
        HOT + ", " + how,
        Kind.PUT,
        () -> load.run(Kind.PUT, contender.port(node), CROWD_IN_FLIGHT, sizes.seconds));
  }

  private double randomPuts(String how, int node) throws Exception {
    return measured(
        RANDOM + ", " + how,
        Kind.PUT,
        () -> ManyKeys.putRandom(contender.channel(node), CROWD_IN_FLIGHT, sizes.seconds));
  }

  private void ofRateAlone(String loads, double part) {
    table.add("%s, %s: of the rate alone".formatted(loads, CROWD), contender.system, part);
  }

  /// Kills the leader some times.
  void failOver(int kills) throws Exception {
    for (int i = 0; i < kills; i++) {
      double millis = FailOver.once(contender);
      progress("  writes back after SIGKILL of the leader: %.0f ms".formatted(millis));
      table.add(FAIL_OVER, contender.system, millis);
    }
  }

  /// What a system that has just begun takes once it holds a million keys.
  void memory() throws Exception {
    var result = ManyKeys.putAll(contender.channel(contender.awaitLeader()), 256);
    progress("  %,d keys put, %,.0f/s".formatted(result.count(), result.perSecond()));
    Thread.sleep(REST_MILLIS);
    double megabytes = Usage.of(contender.pids()).residentBytes() / 1e6;
    progress("  %s: %,.0f".formatted(MEMORY, megabytes));
    table.add(MEMORY, contender.system, megabytes);
  }
}
