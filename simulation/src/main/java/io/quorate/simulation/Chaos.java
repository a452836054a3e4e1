package io.quorate.simulation;

/// Befalls a world with faults, drawn anew for each seed: which kinds, how often, how long.
///
/// @param <R> what a command comes to
final class Chaos<R> {
  private static final long MILLISECOND = 1_000_000;

  private interface Fault {
    void strike();
  }

  private final World<R> world;
  private final Draw draw;
  private final long until;
  private int crashes;
  private int cuts;
  private int pauses;

  /// @param until the time from which on everything is whole again
  Chaos(World<R> world, Draw draw, long until) {
    this.world = world;
    this.draw = draw;
    this.until = until;
  }

  int crashes() {
    return crashes;
  }

  /// Plans everything that will happen.
  void begin() {
    if (draw.chance(0.5)) {
      world
          .network()
          .conditions(
              new SimulatedNetwork.Conditions(
                  draw.between(50_000, 2 * MILLISECOND),
                  draw.chance(0.5) ? draw.magnitude(0.001, 0.2) : 0,
                  draw.chance(0.5) ? draw.magnitude(0.001, 0.2) : 0,
                  draw.chance(0.5) ? 3_000 * MILLISECOND : MILLISECOND,
                  draw.chance(0.3) ? draw.magnitude(0.0001, 0.01) : 0));
    }
    for (var host : world.hosts()) {
      if (draw.chance(0.3)) {
        host.clock().drift(draw.between(-20_000, 20_000));
      }
      if (draw.chance(0.5)) {
        host.endsAfterCatchUp(draw.magnitude(0.3, 1));
      }
      if (draw.chance(0.2)) {
        host.speed(
            new SimulatedHost.Speed(
                draw.between(100_000, 20 * MILLISECOND), draw.between(50_000, MILLISECOND), 0.5));
      }
    }
    often(0.8, 300 * MILLISECOND, this::crashSoon);
    often(0.5, 500 * MILLISECOND, this::cutSome);
    often(0.4, 500 * MILLISECOND, this::pauseOne);
    often(0.3, 500 * MILLISECOND, this::jumpClock);
    often(0.3, 500 * MILLISECOND, this::stallOne);
    often(0.3, 500 * MILLISECOND, this::handOver);
    world.timeline().at(until, this::heal);
  }

  private void often(double probability, long every, Fault fault) {
    if (draw.chance(probability)) {
      long mean = (long) (every * draw.magnitude(0.3, 10));
      planNext(mean, fault);
    }
  }

  private void planNext(long mean, Fault fault) {
    long wait = draw.delay(mean);
    if (world.timeline().now() + wait < until) {
      world
          .timeline()
          .in(
              wait,
              () -> {
                fault.strike();
                planNext(mean, fault);
              });
    }
  }

  private SimulatedHost<R> someHost() {
    var leader = world.leader();
    return leader != null && draw.chance(0.3) ? leader : draw.pick(world.hosts());
  }

  private SimulatedDisk.Loss someLoss() {
    return draw.pick(java.util.List.of(SimulatedDisk.Loss.values()));
  }

  private void crashSoon() {
    boolean all = draw.chance(0.1);
    for (var host : all ? world.hosts() : java.util.List.of(someHost())) {
      if (!host.isUp()) {
        continue;
      }
      crashes++;
      if (draw.chance(0.7)) {
        host.crashAfter(draw.below(10), someLoss());
      } else {
        host.crash(someLoss());
      }
      long away = draw.delay(draw.chance(0.7) ? 100 * MILLISECOND : 3_000 * MILLISECOND);
      world.timeline().in(away, () -> restart(host));
    }
  }

  private void restart(SimulatedHost<R> host) {
    if (!host.isUp()) {
      host.start();
    } else {
      world.timeline().in(50 * MILLISECOND, () -> restartIfDown(host));
    }
  }

  private void restartIfDown(SimulatedHost<R> host) {
    if (!host.isUp()) {
      host.start();
    }
  }

  private void cutSome() {
    cuts++;
    var hosts = world.hosts();
    long length = draw.delay(500 * MILLISECOND);
    boolean oneWay = draw.chance(0.3);
    boolean isolate = draw.chance(0.5);
    var victim = someHost();
    for (var from : hosts) {
      for (var to : hosts) {
        boolean touches = from == victim || to == victim;
        boolean hit = isolate ? (oneWay ? from == victim : touches) : draw.chance(0.3);
        if (from != to && hit) {
          world.network().cut(from.id(), to.id(), true);
          world.timeline().in(length, () -> world.network().cut(from.id(), to.id(), false));
        }
      }
    }
  }

  private void pauseOne() {
    pauses++;
    someHost().pause(draw.delay(draw.chance(0.5) ? 50 * MILLISECOND : 1_500 * MILLISECOND));
  }

  private void stallOne() {
    someHost().stallNextFlush(draw.delay(1_000 * MILLISECOND));
  }

  private void jumpClock() {
    someHost().clock().jump(draw.delay(500 * MILLISECOND));
  }

  /// The operator moves leadership to some node.
  private void handOver() {
    var host = world.leader();
    var node = host == null ? null : host.node();
    if (host != null && node != null) {
      var to = draw.pick(node.group().replica().voters());
      host.onLoop(() -> node.group().transfer(to));
    }
  }

  private void heal() {
    world.network().heal();
    for (var host : world.hosts()) {
      host.crashAfter(Integer.MAX_VALUE, SimulatedDisk.Loss.NOTHING);
      host.endsAfterCatchUp(0);
      host.speed(SimulatedHost.Speed.USUAL);
      host.stallNextFlush(0);
      host.start();
    }
  }

  @Override
  public String toString() {
    return "%d crashes, %d cuts, %d pauses".formatted(crashes, cuts, pauses);
  }
}
