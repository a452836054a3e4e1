package io.quorate.simulation;

import static io.quorate.simulation.SimulatedNetwork.Conditions;

import io.quorate.simulation.Fault.Topology;
import io.quorate.simulation.Fault.Way;
import io.quorate.simulation.Fault.Who;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What goes wrong in a run.
public enum Profile {
  /// Nothing.
  CALM,
  /// Each seed draws its own mix of faults, how often each strikes and how long it lasts: a mix
  /// that lacks most kinds finds what a mix of all of them hides.
  SWARM;

  /// No clock drifts by more millionths.
  static final int MAX_DRIFT_PPM = 20_000;

  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000 * MILLISECOND;

  /// Draws one seed's faults, all of them before the run begins.
  ///
  /// @param mayLose how many nodes may be lost for good: fewer than half of the voters
  /// @param hasLeases whether leaders hold leases
  /// @param from the time from which on faults may strike
  /// @param until the time until which they may
  List<Planned> draw(Draw draw, int nodes, int mayLose, boolean hasLeases, long from, long until) {
    return this == CALM
        ? List.of()
        : new Drawing(draw, nodes, mayLose, hasLeases, from, until).faults();
  }

  private interface Maker {
    Fault make();
  }

  /// One seed's draws.
  private static final class Drawing {
    private final Draw draw;
    private final int nodes;
    private final int mayLose;
    private final boolean hasLeases;
    private final long from;
    private final long until;
    private final List<Planned> faults = new ArrayList<>();

    /// The fault that is being drawn lasts no longer.
    private long left;

    /// Nodes that may be lost for good.
    private final List<Integer> lost;

    Drawing(Draw draw, int nodes, int mayLose, boolean hasLeases, long from, long until) {
      this.draw = draw;
      this.nodes = nodes;
      this.mayLose = mayLose;
      this.hasLeases = hasLeases;
      this.from = from;
      this.until = until;
      this.lost = new ArrayList<>();
      while (lost.size() < mayLose) {
        int number = draw.below(nodes);
        if (!lost.contains(number)) {
          lost.add(number);
        }
      }
    }

    List<Planned> faults() {
      if (draw.chance(0.5)) {
        add(from, new Fault.Weather(weather(), until - from));
      }
      for (int node = 0; node < nodes; node++) {
        drawNode(node);
      }
      often(0.8, 300, this::crash);
      often(0.2, 1_500, () -> new Fault.PowerLoss(loss(), away()));
      often(0.4, 500, () -> new Fault.Isolate(who(), way(), apart()));
      often(0.3, 500, () -> new Fault.Split(side(), way(), apart()));
      often(0.3, 500, this::partial);
      often(0.3, 500, this::slowLink);
      often(0.2, 500, () -> new Fault.Weather(weather(), length(300)));
      often(0.4, 500, () -> new Fault.Pause(who(), draw.chance(0.5) ? length(50) : length(1_500)));
      often(0.3, 500, () -> new Fault.Stall(who(), length(1_000)));
      often(0.3, 500, () -> new Fault.ClockJump(who(), length(500)));
      often(0.3, 700, () -> new Fault.SlowDisk(who(), length(10), length(500)));
      often(0.2, 1_500, () -> new Fault.FullDisk(who(), length(300)));
      often(0.2, 1_500, () -> new Fault.FailingDisk(who(), draw.below(20), away()));
      often(0.3, 500, () -> new Fault.Transfer(draw.below(nodes)));
      if (hasLeases && draw.chance(0.7)) {
        strainLeases();
      }
      if (!loseForGood()) {
        cutLastLeaderOff();
      }
      faults.sort(Comparator.comparingLong(Planned::time));
      return List.copyOf(faults);
    }

    private void drawNode(int node) {
      var who = new Who.Numbered(node);
      if (draw.chance(0.3)) {
        add(from, new Fault.ClockDrift(who, draw.between(-MAX_DRIFT_PPM, MAX_DRIFT_PPM)));
      }
      if (draw.chance(0.3)) {
        strikes(
            from,
            () ->
                new Fault.FragileCatchUp(
                    who, draw.magnitude(0.3, 1), draw.chance(0.7) ? 10 : 50, away()));
      }
    }

    /// Again and again the leader's clock is the slowest that the era allows and the others' the
    /// fastest, and the leader is cut off, or hands over, or stands still.
    private void strainLeases() {
      for (long time = from + draw.delay(SECOND); time < until; time += draw.delay(3 * SECOND)) {
        for (int node = 0; node < nodes; node++) {
          add(time, new Fault.ClockDrift(new Who.Numbered(node), MAX_DRIFT_PPM));
        }
        var leader = new Who.Leader(draw.below(nodes));
        add(time, new Fault.ClockDrift(leader, -MAX_DRIFT_PPM));
        strikes(time, () -> strain(leader));
      }
    }

    private Fault strain(Who leader) {
      if (draw.chance(0.6)) {
        return new Fault.Isolate(leader, Way.BOTH, length(3_000));
      }
      return draw.chance(0.5)
          ? new Fault.Transfer(draw.below(nodes))
          : new Fault.Pause(leader, length(1_500));
    }

    /// @return whether any node is lost
    private boolean loseForGood() {
      boolean any = false;
      for (int node : lost) {
        var who = new Who.Numbered(node);
        if (draw.chance(0.2)) {
          strikes(anyTime(), () -> new Fault.BitRot(who, away()));
          any = true;
        } else if (draw.chance(0.1)) {
          strikes(anyTime(), () -> new Fault.Wipe(who, away()));
          any = true;
        }
      }
      return any;
    }

    /// Once all is healed, the last leader is cut off from the others: these have to find another
    /// by themselves in time (C16).
    private void cutLastLeaderOff() {
      if (mayLose >= 1 && draw.chance(0.5)) {
        var who = new Who.Leader(draw.below(nodes));
        add(until + 1, new Fault.Isolate(who, Way.BOTH, Simulation.LEADER_WITHIN));
      }
    }

    private long anyTime() {
      return draw.between(from, until);
    }

    private void often(double probability, long everyMilliseconds, Maker maker) {
      if (!draw.chance(probability)) {
        return;
      }
      long mean = (long) (everyMilliseconds * MILLISECOND * draw.magnitude(0.3, 10));
      for (long time = from + draw.delay(mean); time < until; time += draw.delay(mean)) {
        strikes(time, maker);
      }
    }

    /// Adds a fault that is over when the time for faults is.
    private void strikes(long time, Maker maker) {
      left = until - time;
      add(time, maker.make());
    }

    private void add(long time, Fault fault) {
      faults.add(new Planned(time, fault));
    }

    private Who who() {
      int number = draw.below(nodes);
      return draw.chance(0.3) ? new Who.Leader(number) : new Who.Numbered(number);
    }

    private long length(long milliseconds) {
      return Math.min(draw.delay(milliseconds * MILLISECOND), left);
    }

    private long away() {
      return draw.chance(0.7) ? length(100) : length(3_000);
    }

    /// Now and then so long that the others elect a leader and go on beyond what it keeps at hand.
    private long apart() {
      return draw.chance(0.7) ? length(500) : length(5_000);
    }

    private SimulatedDisk.Loss loss() {
      return draw.pick(List.of(SimulatedDisk.Loss.values()));
    }

    private Way way() {
      return draw.chance(0.6) ? Way.BOTH : draw.chance(0.5) ? Way.IN : Way.OUT;
    }

    private Fault crash() {
      return new Fault.Crash(who(), draw.chance(0.7) ? draw.below(10) : 0, loss(), away());
    }

    private List<Integer> side() {
      var side = new ArrayList<Integer>();
      for (int node = 0; node < nodes; node++) {
        if (draw.chance(0.5)) {
          side.add(node);
        }
      }
      return List.copyOf(side);
    }

    private Fault partial() {
      return new Fault.Partial(
          draw.pick(List.of(Topology.values())), draw.below(nodes), length(1_500));
    }

    private Fault slowLink() {
      return new Fault.SlowLink(draw.below(nodes), draw.below(nodes), length(50), length(1_000));
    }

    private Conditions weather() {
      return new Conditions(
          draw.between(50_000, 2 * MILLISECOND),
          draw.chance(0.5) ? draw.magnitude(0.001, 0.2) : 0,
          draw.chance(0.5) ? draw.magnitude(0.001, 0.5) : 0,
          draw.chance(0.5) ? 3_000 * MILLISECOND : MILLISECOND,
          draw.chance(0.3) ? draw.magnitude(0.0001, 0.01) : 0);
    }
  }
}
