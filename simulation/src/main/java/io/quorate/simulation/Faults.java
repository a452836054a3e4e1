package io.quorate.simulation;

import io.quorate.consensus.ReplicaId;
import io.quorate.simulation.Fault.Way;
import io.quorate.simulation.Fault.Who;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Lets planned faults strike a world, and makes it whole again.
///
/// @param <R> what a command comes to
final class Faults<R> {
  private final World<R> world;
  private final Map<String, Integer> struck = new TreeMap<>();

  Faults(World<R> world) {
    this.world = world;
  }

  /// How many faults of each kind have struck.
  Map<String, Integer> struck() {
    return struck;
  }

  void plan(List<Planned> faults) {
    for (var planned : faults) {
      world.timeline().at(planned.time(), () -> strike(planned.fault()));
    }
  }

  /// Everything is whole again, but what was lost for good.
  void healAt(long time) {
    world.timeline().at(time, this::heal);
  }

  private SimulatedHost<R> host(Who who) {
    return switch (who) {
      case Who.Numbered(int number) -> world.host(number);
      case Who.Leader(int otherwise) -> {
        var leader = world.leader();
        yield leader != null ? leader : world.host(otherwise);
      }
    };
  }

  private void in(long delay, Runnable action) {
    world.timeline().in(delay, action);
  }

  void strike(Fault fault) {
    struck.merge(fault.kind(), 1, Integer::sum);
    world.trace().line(() -> "fault " + fault);
    switch (fault) {
      case Fault.Crash(var who, int operations, var loss, long away) ->
          crash(host(who), operations, loss, away);
      case Fault.PowerLoss(var loss, long away) -> {
        for (var host : world.hosts()) {
          crash(host, 0, loss, away);
        }
      }
      case Fault.FragileCatchUp(var who, double probability, int operations, long away) ->
          host(who).endsAfterCatchUp(probability, operations, away);
      case Fault.Pause(var who, long length) -> host(who).pause(length);
      case Fault.Stall(var who, long length) -> host(who).stallNextFlush(length);
      case Fault.Isolate(var who, var way, long length) ->
          cut(List.of(host(who)), world.hosts(), way, length);
      case Fault.Split(var side, var way, long length) -> split(side, way, length);
      case Fault.Partial(var topology, int centre, long length) ->
          partial(topology, centre, length);
      case Fault.SlowLink(int from, int to, long by, long length) -> slow(from, to, by, length);
      case Fault.Weather(var conditions, long length) ->
          in(length, world.network().begin(conditions));
      case Fault.ClockJump(var who, long by) -> host(who).clock().jump(by);
      case Fault.ClockDrift(var who, long ppm) -> host(who).clock().drift(ppm);
      case Fault.SlowDisk(var who, long flush, long length) -> {
        var host = host(who);
        in(length, host.begin(new SimulatedHost.Speed(flush, flush, 0.5)));
      }
      case Fault.FullDisk(var who, long length) -> {
        var host = host(who);
        host.disk().capacity(0);
        in(
            length,
            () -> {
              host.disk().capacity(Long.MAX_VALUE);
              host.start();
            });
      }
      case Fault.FailingDisk(var who, int operations, long away) -> {
        var host = host(who);
        host.failAfter(operations);
        comesBack(host, away);
      }
      case Fault.BitRot(var who, long away) -> {
        var host = host(who);
        if (host.rot()) {
          crash(host, 0, SimulatedDisk.Loss.NOTHING, away);
        }
      }
      case Fault.Wipe(var who, long away) -> {
        var host = host(who);
        host.crash(SimulatedDisk.Loss.NOTHING);
        host.wipe();
        comesBack(host, away);
      }
      case Fault.Transfer(int to) -> transfer(to);
    }
  }

  private void crash(SimulatedHost<R> host, int operations, SimulatedDisk.Loss loss, long away) {
    if (operations == 0) {
      host.crash(loss);
    } else if (host.isUp()) {
      host.crashAfter(operations, loss);
    }
    comesBack(host, away);
  }

  /// The node is started again; if it has not ended yet, a little later once more.
  private void comesBack(SimulatedHost<R> host, long away) {
    in(away, host::start);
    in(2 * away + 50_000_000, host::start);
  }

  private void cut(
      List<SimulatedHost<R>> these, List<SimulatedHost<R>> others, Way way, long length) {
    for (var one : these) {
      for (var other : others) {
        if (one != other) {
          if (way != Way.IN) {
            cut(one, other, length);
          }
          if (way != Way.OUT) {
            cut(other, one, length);
          }
        }
      }
    }
  }

  private void cut(SimulatedHost<R> from, SimulatedHost<R> to, long length) {
    in(length, world.network().cut(from.id(), to.id()));
  }

  private void split(List<Integer> side, Way way, long length) {
    var these = new ArrayList<SimulatedHost<R>>();
    var others = new ArrayList<SimulatedHost<R>>();
    for (int number = 0; number < world.hosts().size(); number++) {
      (side.contains(number) ? these : others).add(world.host(number));
    }
    cut(these, others, way, length);
  }

  private void partial(Fault.Topology topology, int centre, long length) {
    int nodes = world.hosts().size();
    for (int one = 0; one < nodes; one++) {
      for (int other = 0; other < nodes; other++) {
        if (one != other && !hears(topology, centre, nodes, one, other)) {
          cut(world.host(one), world.host(other), length);
        }
      }
    }
  }

  private static boolean hears(Fault.Topology topology, int centre, int nodes, int one, int other) {
    int here = (one - centre + nodes) % nodes;
    int there = (other - centre + nodes) % nodes;
    return switch (topology) {
      case CHAIN -> Math.abs(here - there) == 1;
      case STAR -> here == 0 || there == 0;
      case BRIDGE -> here == 0 || there == 0 || here % 2 == there % 2;
    };
  }

  private void slow(int from, int to, long by, long length) {
    long one = world.host(from).id();
    long other = world.host(to).id();
    in(length, world.network().slow(one, other, by));
  }

  private void transfer(int to) {
    var host = world.leader();
    var node = host == null ? null : host.node();
    if (host != null && node != null) {
      host.onLoop(() -> node.group().transfer(new ReplicaId(world.host(to).id(), 1)));
    }
  }

  private void heal() {
    world.trace().line(() -> "all is healed");
    world.network().heal();
    for (var host : world.hosts()) {
      host.heal();
      host.start();
    }
  }
}
