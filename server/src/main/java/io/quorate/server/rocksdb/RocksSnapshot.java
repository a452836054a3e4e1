package io.quorate.server.rocksdb;

import io.quorate.store.Engine;

/// A state that a database holds on to.
final class RocksSnapshot extends RocksView implements Engine.Snapshot {
  private final RocksEngine engine;
  private final org.rocksdb.Snapshot snapshot;

  RocksSnapshot(RocksEngine engine) {
    this(engine, engine.database().getSnapshot());
  }

  private RocksSnapshot(RocksEngine engine, org.rocksdb.Snapshot snapshot) {
    super(engine, snapshot);
    this.engine = engine;
    this.snapshot = snapshot;
    engine.times().opened();
  }

  @Override
  public void close() {
    super.close();
    engine.database().releaseSnapshot(snapshot);
    snapshot.close();
    engine.times().closed();
  }
}
