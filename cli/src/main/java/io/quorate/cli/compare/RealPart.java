package io.quorate.cli.compare;

import com.google.protobuf.ByteString;
import io.quorate.api.KVGrpc;
import io.quorate.api.PutRequest;
import io.quorate.node.Protocols;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// The part of the figures that comes from real processes on this machine. In each round every
/// protocol has its turn with a cluster that begins anew, so that noise hits all alike; a figure is
/// one round's, but that each kill of a leader is one by itself.
public final class RealPart {
  /// How much is done.
  ///
  /// @param rounds of each protocol
  /// @param warmUp load before anything is measured, in each round
  /// @param each how long each kind of load is measured
  /// @param kills of the leader in each round
  public record Effort(int rounds, Duration warmUp, Duration each, int kills) {
    public static final Effort USUAL =
        new Effort(4, Duration.ofSeconds(2), Duration.ofSeconds(1), 2);
    public static final Effort QUICK =
        new Effort(1, Duration.ofSeconds(1), Duration.ofMillis(500), 1);
  }

  private static final int CLIENTS = 64;
  private static final int PUT_EVERY_MILLIS = 5;
  private static final int PUTS_BEFORE_KILL = 20;
  private static final long BACK_WITHIN = TimeUnit.SECONDS.toNanos(30);
  private static final double NANOS_PER_MILLI = 1e6;

  private final List<String> program;
  private final Path parent;
  private final Effort effort;
  private final Progress progress;
  private final Map<Measure, LinkedHashMap<String, List<Double>>> figures =
      new EnumMap<>(Measure.class);

  /// @param program the command line of `quorate server`, without flags
  /// @param parent where directories for data are made
  public RealPart(List<String> program, Path parent, Effort effort, Progress progress) {
    this.program = program;
    this.parent = parent;
    this.effort = effort;
    this.progress = progress;
  }

  /// @throws IOException if a cluster does not do what it should
  public void run() throws IOException, InterruptedException {
    warmUp();
    int all = effort.rounds * Protocols.names().size();
    int done = 0;
    for (int round = 0; round < effort.rounds; round++) {
      for (var protocol : inTurn(round)) {
        progress.at("measuring three processes by " + protocol, done++, all);
        try (var cluster = new RealCluster(program, protocol, parent)) {
          measure(cluster, protocol);
        }
      }
    }
  }

  /// This process runs the clients: whoever is measured first shall not wait for its compiler.
  private void warmUp() throws IOException, InterruptedException {
    progress.at("warming up", 0, 1);
    try (var cluster = new RealCluster(program, Protocols.names().getFirst(), parent)) {
      var leader = cluster.channel(cluster.awaitLeader());
      RealLoad.puts(leader, CLIENTS).run(effort.warmUp);
      RealLoad.gets(leader, CLIENTS, true).run(effort.warmUp);
    }
  }

  /// Each round begins with another protocol.
  private static List<String> inTurn(int round) {
    var names = new ArrayList<>(Protocols.names());
    Collections.rotate(names, -round);
    return names;
  }

  private void measure(RealCluster cluster, String protocol)
      throws IOException, InterruptedException {
    var leader = cluster.channel(cluster.awaitLeader());
    RealLoad.puts(leader, CLIENTS).run(effort.warmUp);
    var alone = RealLoad.puts(leader, 1).run(effort.each);
    add(Measure.PUTS_ALONE, protocol, alone.perSecond());
    add(Measure.PUT_P50_ALONE, protocol, alone.p50());
    add(Measure.PUT_P99_ALONE, protocol, alone.p99());
    var busy = RealLoad.puts(leader, CLIENTS).run(effort.each);
    add(Measure.PUTS_BUSY, protocol, busy.perSecond());
    add(Measure.PUT_P50_BUSY, protocol, busy.p50());
    add(Measure.PUT_P99_BUSY, protocol, busy.p99());
    add(Measure.GETS, protocol, gets(cluster, false));
    add(Measure.SERIALIZABLE_GETS, protocol, gets(cluster, true));
    for (int i = 0; i < effort.kills; i++) {
      add(Measure.GAP_AFTER_KILL, protocol, gapAfterKill(cluster));
    }
  }

  private double gets(RealCluster cluster, boolean serializable)
      throws IOException, InterruptedException {
    var load = RealLoad.gets(cluster.channel(cluster.awaitLeader()), CLIENTS, serializable);
    load.run(effort.each.dividedBy(2));
    return load.run(effort.each).perSecond();
  }

  private void add(Measure measure, String protocol, double figure) {
    figures
        .computeIfAbsent(measure, each -> new LinkedHashMap<>())
        .computeIfAbsent(protocol, each -> new ArrayList<>())
        .add(figure);
  }

  public List<Metric> metrics() {
    var metrics = new ArrayList<Metric>();
    figures.forEach((measure, byProtocol) -> {
      var of = new LinkedHashMap<String, Samples>();
      byProtocol.forEach((protocol, values) -> of.put(protocol, Samples.of(values)));
      metrics.add(new Metric(measure, RealCluster.NODES, of));
    });
    return metrics;
  }

  /// Kills the leader, waits until a put that was begun after that is answered by a survivor, and
  /// starts the killed node again.
  ///
  /// @return milliseconds from the kill to that answer
  private static double gapAfterKill(RealCluster cluster) throws IOException, InterruptedException {
    int leader = cluster.awaitLeader();
    var stub = KVGrpc.newFutureStub(cluster.channel((leader + 1) % RealCluster.NODES));
    var put =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("after-kill"))
            .setValue(ByteString.copyFrom(new byte[16]))
            .build();
    for (int i = 0; i < PUTS_BEFORE_KILL; i++) {
      try {
        stub.withDeadlineAfter(BACK_WITHIN, TimeUnit.NANOSECONDS).put(put).get();
      } catch (ExecutionException e) {
        throw new IOException("a put failed before the leader was killed", e);
      }
      Thread.sleep(PUT_EVERY_MILLIS);
    }
    long killed = System.nanoTime();
    cluster.kill(leader);
    var answered = new AtomicLong();
    while (answered.get() == 0) {
      if (System.nanoTime() - killed > BACK_WITHIN) {
        throw new IOException("no put was answered within 30 s of the kill of the leader");
      }
      var answer = stub.withDeadlineAfter(BACK_WITHIN, TimeUnit.NANOSECONDS).put(put);
      answer.addListener(
          () -> {
            if (answer.state() == Future.State.SUCCESS) {
              answered.compareAndSet(0, System.nanoTime());
            }
          },
          Runnable::run);
      Thread.sleep(PUT_EVERY_MILLIS);
    }
    cluster.start(leader);
    cluster.awaitWhole();
    return (answered.get() - killed) / NANOS_PER_MILLI;
  }
}
