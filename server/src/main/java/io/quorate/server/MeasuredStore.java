package io.quorate.server;

import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Times;
import io.quorate.replica.StateMachine;
import io.quorate.store.Command;
import io.quorate.store.KvStore;
import io.quorate.store.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The store of a node, and how long commands take in it. Belongs to the node's loop.
final class MeasuredStore implements StateMachine<Outcome> {
  /// Takes how long the commands of a kind took.
  interface Visitor {
    /// @param success whether they came to what they asked for
    void visit(Command.Type type, boolean success, Times times);
  }

  /// A command that takes longer is slow: nanoseconds (etcd-F6).
  private static final long SLOW = 100_000_000;

  private final KvStore store;
  private final Map<Command.Type, Times> done = times();
  private final Map<Command.Type, Times> failed = times();
  private long slow;
  private long transactions;

  MeasuredStore(KvStore store) {
    this.store = store;
  }

  private static Map<Command.Type, Times> times() {
    var times = new EnumMap<Command.Type, Times>(Command.Type.class);
    for (var type : Command.Type.values()) {
      times.put(type, new Times(100_000, 20)); // the bounds of etcd's (etcd-P4)
    }
    return times;
  }

  KvStore store() {
    return store;
  }

  void forEachKind(Visitor visitor) {
    done.forEach((type, times) -> visitor.visit(type, true, times));
    failed.forEach((type, times) -> visitor.visit(type, false, times));
  }

  /// Commands that took longer than 100 ms.
  long slow() {
    return slow;
  }

  /// Transactions that changed more than one key.
  long transactions() {
    return transactions;
  }

  @Override
  public Outcome apply(Bytes command, boolean wanted) {
    long before = changed();
    long start = System.nanoTime();
    var outcome = store.apply(command, wanted);
    long took = System.nanoTime() - start;
    Command.typeOf(command).ifPresent(type -> count(type, outcome, took, changed() - before));
    return outcome;
  }

  private long changed() {
    return store.counts().puts() + store.counts().deletes();
  }

  private void count(Command.Type type, Outcome outcome, long took, long changed) {
    var times = (outcome instanceof Outcome.Done ? done : failed).get(type);
    if (times != null) {
      times.took(took);
    }
    slow += took > SLOW ? 1 : 0;
    transactions += type == Command.Type.TXN && changed > 1 ? 1 : 0;
  }

  // As it is

  @Override
  public long origin() {
    return store.origin();
  }

  @Override
  public Durable durable() {
    return store.durable();
  }

  @Override
  public void expect(Iterable<Bytes> commands) {
    store.expect(commands);
  }

  @Override
  public boolean ready(Iterable<Bytes> commands, Runnable ready) {
    return store.ready(commands, ready);
  }

  @Override
  public boolean hasRoom(Bytes next, Runnable ready) {
    return store.hasRoom(next, ready);
  }

  @Override
  public void applied(Point point, Supplier<Bytes> kept) {
    store.applied(point, kept);
  }

  @Override
  public boolean isDrained() {
    return store.isDrained();
  }

  @Override
  public void drain() {
    store.drain();
  }

  @Override
  public void flush(Runnable then) {
    store.flush(then);
  }

  @Override
  public void image(Consumer<Image> taken) {
    store.image(taken);
  }

  @Override
  public Installation install(String directory) {
    return store.install(directory);
  }

  @Override
  public void switchTo(Installation installed) {
    store.switchTo(installed);
  }

  @Override
  public void deleteRemains() {
    store.deleteRemains();
  }

  @Override
  public void close() {
    store.close();
  }
}
