package io.quorate.bench.micro;

import io.quorate.api.CompactionRequest;
import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.replica.Worker;
import io.quorate.store.Command;
import io.quorate.store.HeapEngines;
import io.quorate.store.KvStore;
import io.quorate.store.Outcome;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.infra.Blackhole;

/// Decided puts that take effect in the store, up to the encoded response, on an engine on the
/// heap. Looking up what a put replaces is part of it; taking the overlay into the engine is not,
/// which a thread of its own does in a process.
public class StoreBenchmark extends Micro {
  private static final int BATCHES = 256;

  /// Revisions after which the past is forgotten, so that the heap keeps its size.
  private static final int KEPT = 1 << 16;

  /// With 1 all puts go to one hot key; else each takes one at random.
  @Param({"1", "100000"})
  public int keys;

  /// Runs its tasks on the benchmark's own thread, when told.
  private static final class Later implements Worker {
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();

    @Override
    public void run(Runnable task, Runnable then) {
      queue.addLast(task);
      queue.addLast(then);
    }

    void work() {
      while (!queue.isEmpty()) {
        queue.removeFirst().run();
      }
    }
  }

  private final Later storage = new Later();
  private final Later reader = new Later();
  private final KvStore store =
      KvStore.open(
          new KvStore.Ports(new HeapEngines(), storage, reader), KvStore.Limits.DEFAULT, "1");
  private List<List<Bytes>> batches = List.of();
  private long index;
  private long compactAt = KEPT;

  @Setup
  public void fill() {
    var random = new Random(1);
    for (int first = 0; first < keys; first += Puts.BATCH) {
      int from = first;
      entry(Puts.commands(i -> (from + i) % keys));
      drain();
    }
    batches =
        Stream.generate(() -> Puts.commands(i -> random.nextInt(keys))).limit(BATCHES).toList();
  }

  @Setup(Level.Invocation)
  public void drain() {
    if (store.revision() > compactAt) {
      var request = CompactionRequest.newBuilder().setRevision(store.revision() - 1).build();
      entry(List.of(Command.of(Command.Type.COMPACT, Bytes.of(request.toByteArray())).encode()));
      compactAt = store.revision() + KEPT;
    }
    store.drain();
    storage.work();
  }

  private void entry(List<Bytes> commands) {
    awaitReady(commands);
    commands.forEach(command -> store.apply(command, true));
    store.applied(new Point(++index, 1), () -> Bytes.EMPTY);
  }

  private void awaitReady(List<Bytes> commands) {
    while (!store.ready(commands, () -> {})) {
      reader.work();
    }
  }

  @Benchmark
  @OperationsPerInvocation(Puts.BATCH)
  public void put(Blackhole hole) {
    var commands = batches.get((int) (index % BATCHES));
    awaitReady(commands);
    for (var command : commands) {
      Outcome outcome = store.apply(command, true);
      hole.consume(outcome);
    }
    store.applied(new Point(++index, 1), () -> Bytes.EMPTY);
  }
}
