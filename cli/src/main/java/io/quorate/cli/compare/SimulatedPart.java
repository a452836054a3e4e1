package io.quorate.cli.compare;

import io.quorate.consensus.Protocol;
import io.quorate.node.Protocols;
import io.quorate.simulation.experiment.Cost;
import io.quorate.simulation.experiment.Partition;
import io.quorate.simulation.experiment.Partitions;
import io.quorate.simulation.experiment.Takeover;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/// The part of the figures that comes from the simulator: the same for the same seeds.
public final class SimulatedPart {
  /// The cost of a write hardly differs from seed to seed.
  private static final int COST_SEEDS = 5;

  private static final double MILLISECOND = 1e6;

  private final List<Integer> sizes;
  private final long[] seeds;
  private final Progress progress;
  private final List<Metric> metrics = new ArrayList<>();
  private final List<PartitionFigure> partitions = new ArrayList<>();
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger all = new AtomicInteger();

  /// @param sizes numbers of nodes
  /// @param first the first of the seeds
  /// @param count how many seeds
  public SimulatedPart(List<Integer> sizes, long first, long count, Progress progress) {
    this.sizes = sizes;
    this.seeds = LongStream.range(first, first + count).toArray();
    this.progress = progress;
  }

  public List<Metric> metrics() {
    return metrics;
  }

  public List<PartitionFigure> partitions() {
    return partitions;
  }

  private record Case(String protocol, int nodes) {
    Protocol agreeing() {
      return Protocols.named(protocol);
    }
  }

  /// Runs all experiments on that many threads.
  public void run(int threads) throws InterruptedException {
    try (var pool = Executors.newFixedThreadPool(threads)) {
      try {
        run(pool);
      } finally {
        pool.shutdownNow();
      }
    }
  }

  private interface Experiment<T> {
    T run(long seed, Case of);
  }

  /// Results of one experiment by case, in the order of seeds.
  private static final class Results<T> {
    private final LinkedHashMap<Case, List<Future<T>>> results = new LinkedHashMap<>();

    List<T> of(Case one) throws InterruptedException {
      var values = new ArrayList<T>();
      for (var future : results.getOrDefault(one, List.of())) {
        try {
          values.add(future.get());
        } catch (ExecutionException e) {
          throw new IllegalStateException("an experiment failed: " + e.getCause(), e);
        }
      }
      return values;
    }
  }

  private <T> Results<T> begin(ExecutorService pool, int most, Experiment<T> experiment) {
    var results = new Results<T>();
    for (int nodes : sizes) {
      for (var protocol : Protocols.names()) {
        var one = new Case(protocol, nodes);
        var futures = new ArrayList<Future<T>>();
        for (long seed : seeds) {
          if (futures.size() < most) {
            all.incrementAndGet();
            Callable<T> work =
                () -> {
                  var result = experiment.run(seed, one);
                  progress.at("simulating", done.incrementAndGet(), all.get());
                  return result;
                };
            futures.add(pool.submit(work));
          }
        }
        results.results.put(one, futures);
      }
    }
    return results;
  }

  private void run(ExecutorService pool) throws InterruptedException {
    var costs = new LinkedHashMap<Cost.Load, Results<Cost.Result>>();
    for (var load : Cost.Load.values()) {
      costs.put(
          load,
          begin(
              pool,
              COST_SEEDS,
              (seed, one) -> Cost.measure(seed, one.nodes, one.agreeing(), load)));
    }
    var process = begin(pool, seeds.length, takeover(Takeover.Cause.PROCESS_ENDS));
    var host = begin(pool, seeds.length, takeover(Takeover.Cause.HOST_IS_CUT_OFF));
    var elections =
        begin(
            pool,
            seeds.length,
            (seed, one) -> Takeover.electionDelays(seed, one.nodes, one.agreeing()));
    var apart = new LinkedHashMap<Partition, Results<Partitions.Result>>();
    for (var partition : Partition.values()) {
      apart.put(
          partition,
          begin(
              pool,
              seeds.length,
              (seed, one) -> Partitions.measure(seed, one.nodes, one.agreeing(), partition)));
    }

    for (var entry : costs.entrySet()) {
      costs(entry.getKey(), entry.getValue());
    }
    metric(Measure.TAKEOVER_PROCESS, process, nanos -> nanos / MILLISECOND);
    metric(Measure.TAKEOVER_HOST, host, nanos -> nanos / MILLISECOND);
    metric(Measure.ELECTION_DELAYS, elections, delays -> delays);
    for (int nodes : sizes) {
      for (var entry : apart.entrySet()) {
        for (var protocol : Protocols.names()) {
          var runs = entry.getValue().of(new Case(protocol, nodes));
          partitions.add(partition(entry.getKey(), nodes, protocol, runs));
        }
      }
    }
  }

  /// Of clusters that all find a new leader: else there is something to mend, not to compare.
  private static Experiment<Long> takeover(Takeover.Cause cause) {
    return (seed, one) -> {
      long nanos = Takeover.measure(seed, one.nodes, one.agreeing(), cause);
      if (nanos < 0) {
        throw new IllegalStateException(
            "%s of %d nodes, seed %d: no write within a minute after %s"
                .formatted(one.protocol, one.nodes, seed, cause));
      }
      return nanos;
    };
  }

  private void costs(Cost.Load load, Results<Cost.Result> results) throws InterruptedException {
    switch (load) {
      case LEADER_ALONE -> {
        metric(Measure.DELAYS_AT_LEADER, results, Cost.Result::delays);
        metric(Measure.MESSAGES_ALONE, results, Cost.Result::messages);
        metric(Measure.BYTES_ALONE, results, Cost.Result::bytes);
        metric(Measure.WRITES_PER_FLUSH_ALONE, results, Cost.Result::writesPerFlush);
      }
      case FOLLOWER_ALONE -> metric(Measure.DELAYS_AT_FOLLOWER, results, Cost.Result::delays);
      case LEADER_BUSY -> {
        metric(Measure.MESSAGES_BUSY, results, Cost.Result::messages);
        metric(Measure.BYTES_BUSY, results, Cost.Result::bytes);
        metric(Measure.WRITES_PER_FLUSH_BUSY, results, Cost.Result::writesPerFlush);
      }
    }
  }

  private <T> void metric(Measure measure, Results<T> results, ToDoubleFunction<T> figure)
      throws InterruptedException {
    for (int nodes : sizes) {
      var of = new LinkedHashMap<String, Samples>();
      for (var protocol : Protocols.names()) {
        of.put(protocol, samples(results.of(new Case(protocol, nodes)), figure));
      }
      metrics.add(new Metric(measure, nodes, of));
    }
  }

  private static <T> Samples samples(List<T> runs, ToDoubleFunction<T> figure) {
    return Samples.of(runs.stream().map(figure::applyAsDouble).toList());
  }

  private static PartitionFigure partition(
      Partition partition, int nodes, String protocol, List<Partitions.Result> runs) {
    return new PartitionFigure(
        partition,
        nodes,
        protocol,
        runs.size(),
        (int) runs.stream().filter(Partitions.Result::isBackInTime).count(),
        samples(runs, run -> run.longestGap() / MILLISECOND),
        samples(runs, Partitions.Result::answering),
        samples(runs, Partitions.Result::leaderships),
        samples(runs, Partitions.Result::terms));
  }
}
