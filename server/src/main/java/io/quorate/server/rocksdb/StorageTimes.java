package io.quorate.server.rocksdb;

import io.quorate.node.Times;

/// How long the storage takes: counted by its threads, read by the loop.
public final class StorageTimes {
  // The bounds of etcd's (etcd-P4).
  private final Times writes = new Times(1_000_000, 14);
  private final Times flushes = new Times(1_000_000, 14);
  private final Times defragmentations = new Times(100_000_000, 13);
  private int defragmenting;
  private int snapshots;

  synchronized void wrote(long nanos) {
    writes.took(nanos);
  }

  synchronized void flushed(long nanos) {
    flushes.took(nanos);
  }

  synchronized void beganToDefragment() {
    defragmenting++;
  }

  synchronized void defragmented(long nanos) {
    defragmenting--;
    defragmentations.took(nanos);
  }

  synchronized void opened() {
    snapshots++;
  }

  synchronized void closed() {
    snapshots--;
  }

  /// Of taking a batch of changes in.
  public synchronized Times writes() {
    return writes.copy();
  }

  /// Of making all that was taken in durable.
  public synchronized Times flushes() {
    return flushes.copy();
  }

  /// Of writing all files anew.
  public synchronized Times defragmentations() {
    return defragmentations.copy();
  }

  /// How many of these are under way.
  public synchronized int defragmenting() {
    return defragmenting;
  }

  /// Fixed states that are open for reads.
  public synchronized int snapshots() {
    return snapshots;
  }
}
