package io.quorate.server.rocksdb;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.Batch;
import io.quorate.store.Engine;
import io.quorate.store.EngineException;
import io.quorate.store.EngineView;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An engine on a RocksDB database. [Family#META] is the database's default family.
final class RocksEngine implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(RocksEngine.class);
  private static final String SIZE_OF_FILES = "rocksdb.total-sst-files-size";
  private static final String SIZE_OF_LIVE_DATA = "rocksdb.estimate-live-data-size";
  private static final String SIZE_OF_MEMTABLES = "rocksdb.cur-size-all-mem-tables";

  private final RocksDB database;
  private final StorageTimes times;

  private final List<ColumnFamilyHandle> handles = new ArrayList<>();
  private final ColumnFamilyHandle meta;
  private final ColumnFamilyHandle revisions;
  private final ColumnFamilyHandle index;
  private final RocksView newest;
  private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
  private final FlushOptions complete =
      new FlushOptions().setWaitForFlush(true).setAllowWriteStall(true);
  private final CompactRangeOptions compaction =
      new CompactRangeOptions().setExclusiveManualCompaction(false);
  private final ReadOptions persisted = new ReadOptions().setReadTier(ReadTier.PERSISTED_TIER);

  /// Its owner, and whoever reads: with the last of them the database is closed, so that no read
  /// finds it closed under its hands.
  private final AtomicInteger users = new AtomicInteger(1);

  private final AtomicBoolean released = new AtomicBoolean();
  private @Nullable Thread defragmenting;

  RocksEngine(Path path, RocksSettings settings, StorageTimes times) throws RocksDBException {
    this.times = times;
    var families =
        List.of(
            new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, settings.of(Family.META)),
            new ColumnFamilyDescriptor(utf8("rev"), settings.of(Family.REV)),
            new ColumnFamilyDescriptor(utf8("idx"), settings.of(Family.IDX)));
    database = RocksDB.open(settings.database(), path.toString(), families, handles);
    meta = handles.get(0);
    revisions = handles.get(1);
    index = handles.get(2);
    newest = new RocksView(this, null);
  }

  private static byte[] utf8(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  /// Begins a read, which lasts until [#leave].
  ///
  /// @throws EngineException if the engine is closed
  void enter() {
    if (users.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
      throw new EngineException("the store is closed");
    }
  }

  void leave() {
    if (users.decrementAndGet() == 0) {
      closeDatabase();
    }
  }

  StorageTimes times() {
    return times;
  }

  RocksDB database() {
    return database;
  }

  ColumnFamilyHandle handle(Family family) {
    return switch (family) {
      case META -> meta;
      case REV -> revisions;
      case IDX -> index;
    };
  }

  @Override
  public @Nullable Bytes get(Family family, Bytes key) {
    return newest.get(family, key);
  }

  @Override
  public List<@Nullable Bytes> getAll(Family family, List<Bytes> keys) {
    return newest.getAll(family, keys);
  }

  @Override
  public EngineView.Cursor cursor(Family family, Bytes from, @Nullable Bytes to) {
    return newest.cursor(family, from, to);
  }

  @Override
  public Snapshot snapshot() {
    return new RocksSnapshot(this);
  }

  @Override
  public void write(Batch batch) {
    try (var out = new WriteBatch()) {
      for (var change : batch.changes()) {
        var key = RocksView.exact(change.key());
        var value = change.value();
        if (value == null) {
          out.delete(handle(change.family()), key);
        } else {
          out.put(handle(change.family()), key, RocksView.exact(value));
        }
      }
      write(out);
    } catch (RocksDBException e) {
      throw new EngineException("the store cannot be written: " + e.getMessage(), e);
    }
  }

  private void write(WriteBatch batch) throws RocksDBException {
    long start = System.nanoTime();
    database.write(unlogged, batch);
    times.wrote(System.nanoTime() - start);
  }

  @Override
  public void flush() {
    try {
      // All families by name: a flush of one would leave the others behind, whatever the option.
      long start = System.nanoTime();
      database.flush(complete, handles);
      times.flushed(System.nanoTime() - start);
    } catch (RocksDBException e) {
      throw new EngineException("the store cannot be flushed: " + e.getMessage(), e);
    }
  }

  @Override
  public @Nullable Bytes durable(Bytes key) {
    enter();
    try {
      var found = database.get(meta, persisted, RocksView.exact(key));
      return found == null ? null : Bytes.of(found);
    } catch (RocksDBException e) {
      throw RocksView.failed(e);
    } finally {
      leave();
    }
  }

  @Override
  public void defragment() {
    flush();
    if (defragmenting == null || !defragmenting.isAlive()) {
      times.beganToDefragment();
      defragmenting = Thread.ofPlatform().name("quorate-defragment").daemon().start(this::rewrite);
    }
  }

  private void rewrite() {
    long start = System.nanoTime();
    compactAll();
    times.defragmented(System.nanoTime() - start);
  }

  /// The files of each family are written anew, level by level, without what was removed. Reads and
  /// writes go on.
  private void compactAll() {
    for (var handle : handles) {
      try {
        database.compactRange(handle, null, null, compaction);
      } catch (RocksDBException e) {
        if (compaction.canceled()) {
          return;
        }
        LOG.warn("the store could not be defragmented: {}", e.getMessage());
      }
    }
  }

  private void endDefragmentation() {
    var thread = defragmenting;
    if (thread == null) {
      return;
    }
    compaction.setCanceled(true);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public long bytesOnDisk() {
    return property(SIZE_OF_FILES) + property(SIZE_OF_MEMTABLES);
  }

  @Override
  public long bytesInUse() {
    return property(SIZE_OF_LIVE_DATA) + property(SIZE_OF_MEMTABLES);
  }

  private long property(String name) {
    enter();
    try {
      return database.getAggregatedLongProperty(name);
    } catch (RocksDBException e) {
      throw RocksView.failed(e);
    } finally {
      leave();
    }
  }

  /// What still reads, reads to its end; what comes then is refused.
  @Override
  public void close() {
    if (released.compareAndSet(false, true)) {
      endDefragmentation();
      leave();
    }
  }

  private void closeDatabase() {
    compaction.close();
    newest.close();
    handles.forEach(ColumnFamilyHandle::close);
    unlogged.close();
    complete.close();
    persisted.close();
    database.close();
  }
}
