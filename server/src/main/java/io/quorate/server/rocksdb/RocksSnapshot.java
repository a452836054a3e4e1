package io.quorate.server.rocksdb;

import io.quorate.store.Engine;

/// A state that a database holds on to; it keeps the database open.
final class RocksSnapshot extends RocksView implements Engine.Snapshot {
  private final RocksEngine engine;
  private final org.rocksdb.Snapshot snapshot;
  private boolean isClosed;

  RocksSnapshot(RocksEngine engine) {
    this(engine, taken(engine));
  }

  private static org.rocksdb.Snapshot taken(RocksEngine engine) {
    engine.enter();
    return engine.database().getSnapshot();
  }

  private RocksSnapshot(RocksEngine engine, org.rocksdb.Snapshot snapshot) {
    super(engine, snapshot);
    this.engine = engine;
    this.snapshot = snapshot;
    engine.times().opened();
  }

  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    super.close();
    engine.database().releaseSnapshot(snapshot);
    snapshot.close();
    engine.times().closed();
    engine.leave();
  }
}
