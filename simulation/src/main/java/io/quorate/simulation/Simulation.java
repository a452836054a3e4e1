package io.quorate.simulation;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Era;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.Self;
import io.quorate.consensus.paxos.MultiPaxos;
import io.quorate.consensus.raft.Raft;
import io.quorate.simulation.consensus.ConsensusWatch;
import io.quorate.simulation.history.KvHistory;
import io.quorate.simulation.history.RegisterOp;
import io.quorate.simulation.history.RegisterSearch;
import io.quorate.simulation.history.RevisionCheck;
import io.quorate.simulation.history.WatchHistory;
import io.quorate.simulation.watch.ViolationException;
import io.quorate.simulation.watch.Watch;
import io.quorate.store.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// One run: a cluster with its clients in virtual time, through the faults that its seed draws, and
/// then, once all is healed, back to good health. The same plan always comes to the same run.
///
/// Safety is checked at every step; after the faults the cluster must have a leader within four
/// election timeouts, answer every call and come to the same state everywhere (C16).
public final class Simulation {
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000 * MILLISECOND;

  /// Before faults strike: nobody wonders at a cluster that has not begun.
  private static final long CALM = 2 * SECOND;

  /// After the faults: a leader is found within four election timeouts (C16).
  static final long LEADER_WITHIN = 4 * Self.Timing.DEFAULT.election();

  /// After the faults: the cluster has so long to repair what takes long, such as images.
  private static final long REPAIR = 12 * SECOND;

  /// What clients do with leases is so far apart: a few renewals within each TTL.
  private static final long LEASE_GAP = 100 * MILLISECOND;

  /// Clients ask once more, of a whole cluster, for so long.
  private static final long EPILOGUE = SECOND;

  /// Longer than any call may wait for its answer.
  private static final long ANSWERS = 25 * SECOND;

  /// The search for an order of the calls of one key looks at so many, and tries so many choices.
  private static final int SEARCHED = 2_000;

  private static final int SEARCH_STEPS = 100_000;

  /// What is run.
  ///
  /// @param nodes how many; 0: the seed draws it, mostly 3
  /// @param faults how long faults strike: nanoseconds
  /// @param kept which of the drawn faults strike, by their numbers
  public record Plan(
      long seed, Protocol protocol, int nodes, Profile profile, long faults, IntPredicate kept) {
    public static Plan of(long seed, Protocol protocol, Profile profile) {
      return new Plan(seed, protocol, 0, profile, 13 * SECOND, number -> true);
    }

    public Plan keeping(IntPredicate some) {
      return new Plan(seed, protocol, nodes, profile, faults, some);
    }
  }

  /// What a run is held against.
  public enum Checks {
    /// Every step of every node, what clients were told, and how the run ends.
    ALL,
    /// Only what clients were told and how the run ends: an opinion that knows nothing of the
    /// protocol.
    HISTORY
  }

  /// What a run came to.
  ///
  /// @param violation null if every promise was kept
  /// @param faults how many of each kind struck
  /// @param moments what happened at least once that a good run should see
  /// @param unknown writes whose outcome no client was told
  /// @param searched keys for whose calls an order was found
  /// @param undecided keys for which the search was given up
  public record Report(
      Plan plan,
      int nodes,
      @Nullable Violation violation,
      long events,
      long nanos,
      Map<String, Integer> faults,
      Map<String, Integer> moments,
      int elections,
      int starts,
      long decided,
      int answered,
      int unknown,
      int searched,
      int undecided) {}

  /// @param promise the invariant's id, as docs/reliability.md lists it
  /// @param what was seen
  /// @param at virtual nanoseconds
  /// @param cluster a line per node
  public record Violation(String promise, String what, long at, String cluster, Throwable cause) {}

  private final Plan plan;
  private final int nodes;
  private final List<Planned> faults;
  private final KvMachines machines = new KvMachines();
  private final ConsensusWatch<?> watch;
  private final KvHistory history = new KvHistory();
  private final World.Settings settings;
  private final World<Outcome> world;
  private final Faults<Outcome> striking;
  private final KvClients clients;
  private final LeaseClients leaseClients;
  private final WatchHistory watched = new WatchHistory();

  /// Null where nobody watches.
  private final @Nullable KvWatchers watchers;

  private final long gap;
  private int searched;
  private int undecided;

  private Simulation(Plan plan, Trace trace, Checks checks) {
    this.plan = plan;
    this.watch = Watches.of(plan.protocol);
    var draw = new Draw(plan.seed);
    int drawn = draw.chance(0.6) ? 3 : draw.chance(0.7) ? 5 : draw.chance(0.5) ? 1 : 4;
    this.nodes = plan.nodes == 0 ? drawn : plan.nodes;
    var faultDraw = draw.split();
    long worldSeed = draw.below(Long.MAX_VALUE);
    var clientDraw = draw.split();
    var requestDraw = draw.split();
    this.gap = (long) (draw.magnitude(0.5, 50) * MILLISECOND);
    boolean paxos = plan.protocol.equals(MultiPaxos.PROTOCOL);
    boolean raft = plan.protocol.equals(Raft.PROTOCOL);
    var leases = raft ? leases(draw) : Era.Options.DEFAULT;
    int learners = nodes >= 4 && draw.chance(0.4) ? 1 : 0;
    int voters = nodes - learners;
    var options = paxos ? quorumsAndReads(draw, voters) : leases;
    int needed = Math.max(options.electing(), options.deciding());
    int mayLose = Math.min((voters - 1) / 2, needed == 0 ? voters : voters - needed);
    boolean hasLeases = options.leaseMillis() > 0;
    this.faults =
        plan.profile.draw(faultDraw, nodes, mayLose, hasLeases, CALM, CALM + plan.faults).stream()
            .filter(planned -> mayStrike(planned.fault(), hasLeases))
            .toList();
    this.settings =
        World.Settings.of(nodes, learners, plan.protocol, options)
            .keeping((long) draw.magnitude(100, 30_000), (long) draw.magnitude(200, 8_000));
    this.world =
        new World<>(
            worldSeed, settings, machines, checks == Checks.ALL ? watch : new Watch() {}, trace);
    this.striking = new Faults<>(world);
    this.clients =
        new KvClients(
            world,
            machines,
            clientDraw,
            history,
            new KvRequests(requestDraw, (double) plan.faults / gap),
            watched);
    var watchDraw = draw.split();
    this.watchers =
        watchDraw.chance(0.6) ? new KvWatchers(world, clients::rpcs, watchDraw, watched) : null;
    this.leaseClients = new LeaseClients(world, clients::rpcs, draw.split(), history);
  }

  private static Era.Options leases(Draw draw) {
    if (!draw.chance(0.3)) {
      return Era.Options.DEFAULT;
    }
    return Era.Options.DEFAULT.withLeases((int) draw.between(200, 1_000), Profile.MAX_DRIFT_PPM);
  }

  /// Sizes of quorums that meet, and reads without a leader.
  private static Era.Options quorumsAndReads(Draw draw, int voters) {
    int deciding = draw.chance(0.3) ? 1 + draw.below(voters) : 0;
    int electing = deciding == 0 ? 0 : voters - deciding + 1;
    return new Era.Options(electing, deciding, 0, 0, draw.chance(0.3));
  }

  /// Leases rest on a bound on what clocks do. A jump is beyond any: whoever has clocks that jump
  /// must not use leases.
  private static boolean mayStrike(Fault fault, boolean hasLeases) {
    return !hasLeases || !(fault instanceof Fault.ClockJump);
  }

  /// The faults that a plan draws, whether it keeps them or not.
  public static List<String> faults(Plan plan) {
    return new Simulation(plan, Trace.NONE, Checks.ALL)
        .faults.stream().map(Planned::toString).toList();
  }

  public static Report run(Plan plan, Trace trace) {
    return run(plan, trace, Checks.ALL);
  }

  public static Report run(Plan plan, Trace trace, Checks checks) {
    return new Simulation(plan, trace, checks).run();
  }

  private Report run() {
    try {
      live();
      return report(null);
    } catch (ViolationException e) {
      return report(violation(e.invariant(), e));
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      // A node that stops loudly, where nothing that befell it is a reason to stop.
      return report(violation("stop", e));
    }
  }

  private void live() {
    long healed = CALM + plan.faults;
    world.startAll();
    striking.plan(kept());
    striking.healAt(healed);
    clients.begin(gap, CALM, healed - SECOND);
    leaseClients.begin(LEASE_GAP, CALM, healed - SECOND);
    if (watchers != null) {
      watchers.begin();
    }
    world.run(healed);
    if (watchers != null) {
      watchers.calmDown();
    }
    world.run(LEADER_WITHIN);
    check(world.leader() != null, "C16", "nobody leads four election timeouts after the faults");
    world.run(REPAIR);
    long terms = watch.highestTerm();
    clients.begin(5 * MILLISECOND, world.timeline().now(), world.timeline().now() + EPILOGUE);
    world.run(EPILOGUE + ANSWERS);
    clients.readAll();
    world.run(SECOND);
    everythingIsSeen();
    check(
        watch.highestTerm() == terms,
        "C16",
        "terms grow from %d to %d though nothing goes wrong",
        terms,
        watch.highestTerm());
    ended();
  }

  private List<Planned> kept() {
    var kept = new ArrayList<Planned>();
    for (int number = 0; number < faults.size(); number++) {
      if (plan.kept.test(number)) {
        kept.add(faults.get(number));
      }
    }
    return kept;
  }

  /// Who watches has been shown everything, and is told so.
  private void everythingIsSeen() {
    if (watchers == null) {
      return;
    }
    long revision = 0;
    for (var host : world.hosts()) {
      if (!host.isLost()) {
        revision = Math.max(revision, machines.of(host).revision());
      }
    }
    watchers.askForProgress();
    world.run(SECOND);
    check(!watchers.anybodyMisses(revision), "W5", "a watcher has not seen revision %d", revision);
  }

  private void ended() {
    watch.ended();
    check(clients.open() == 0, "C16", "%d calls have no answer", clients.open());
    check(world.leader() != null, "C16", "nobody leads at the end");
    verify();
    leaseClients.verifyAllGone(machines);
    Long digest = null;
    for (var host : world.hosts()) {
      if (host.isLost()) {
        continue;
      }
      check(host.isUp(), "C16", "node %s is down at the end: %s", host, host.failure());
      long its = machines.digest(host);
      check(
          digest == null || digest == its,
          "C16",
          "node %s holds another state than the others at the end",
          host);
      digest = its;
    }
  }

  /// Whether what clients were told can be, by two checkers that share nothing.
  private void verify() {
    watched.verify();
    RevisionCheck.verify(history, watched, world.moments());
    for (var key : clients.singleKeys()) {
      var ops = RegisterOp.on(key, history.calls());
      if (ops == null) {
        throw new IllegalStateException("key " + key + " was written with others");
      }
      switch (RegisterSearch.search(ops, SEARCHED, SEARCH_STEPS)) {
        case POSSIBLE -> searched++;
        case UNDECIDED -> undecided++;
        case IMPOSSIBLE ->
            throw new ViolationException(
                "C7", "no order of the calls of key %s explains their answers".formatted(key));
      }
    }
  }

  private Violation violation(String promise, Throwable e) {
    return new Violation(
        promise, String.valueOf(e.getMessage()), world.timeline().now(), world.describe(), e);
  }

  private Report report(@Nullable Violation violation) {
    return new Report(
        plan,
        nodes,
        violation,
        world.timeline().happened(),
        world.timeline().now(),
        new TreeMap<>(striking.struck()),
        moments(),
        watch.leaderships(),
        world.starts(),
        watch.decidedUpTo(),
        history.answeredCount(),
        history.unknownCount(),
        searched,
        undecided);
  }

  private Map<String, Integer> moments() {
    var all = new TreeMap<>(world.moments().counts());
    watch.moments().counts().forEach((what, times) -> all.merge(what, times, Integer::sum));
    return all;
  }
}
