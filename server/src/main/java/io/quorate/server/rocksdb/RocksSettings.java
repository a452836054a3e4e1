package io.quorate.server.rocksdb;

import io.quorate.store.Engine.Family;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.Env;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Priority;
import org.rocksdb.WriteBufferManager;

/// How RocksDB is used: small, bounded, and durable only at flushes of everything.
///
/// [RocksLibrary] is loaded before. Memory is one cache, out of which also come the memtables,
/// indexes and filters. Two background threads: one that flushes, one that compacts.
final class RocksSettings implements AutoCloseable {
  private static final long CACHE = 48L << 20;
  private static final long MEMTABLE = 16L << 20;
  private static final int MEMTABLES = 2;
  private static final int BLOCK = 16 << 10;
  private static final int INDEX_BLOCK = 4 << 10;
  private static final double MEMTABLE_BLOOM = 0.05;
  private static final int BLOOM_BITS = 10;
  private static final int OPEN_FILES = 256;
  private static final long SYNC_STEP = 1 << 20;

  private final LRUCache cache = new LRUCache(CACHE);
  private final WriteBufferManager memtables = new WriteBufferManager(MEMTABLES * MEMTABLE, cache);
  private final BloomFilter bloom = new BloomFilter(BLOOM_BITS);
  private final DBOptions database;
  private final ColumnFamilyOptions records;
  private final ColumnFamilyOptions index;

  RocksSettings() {
    var env = Env.getDefault();
    env.setBackgroundThreads(1, Priority.HIGH);
    env.setBackgroundThreads(1, Priority.LOW);
    database =
        new DBOptions()
            .setEnv(env)
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            // Without a log each family would become durable by itself.
            .setAtomicFlush(true)
            .setWriteBufferManager(memtables)
            .setMaxBackgroundJobs(2)
            .setMaxOpenFiles(OPEN_FILES)
            .setBytesPerSync(SYNC_STEP)
            .setSkipStatsUpdateOnDbOpen(true)
            .setStatsDumpPeriodSec(0)
            .setStatsPersistPeriodSec(0)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(2)
            .setMaxLogFileSize(SYNC_STEP);
    records = family(table());
    // Looked up key by key, most of which are in neither memtable nor cache.
    index =
        family(
                table()
                    .setFilterPolicy(bloom)
                    .setWholeKeyFiltering(true)
                    .setBlockSize(INDEX_BLOCK)
                    .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash))
            .setMemtablePrefixBloomSizeRatio(MEMTABLE_BLOOM)
            .setMemtableWholeKeyFiltering(true)
            .setCompressionType(CompressionType.NO_COMPRESSION);
  }

  private BlockBasedTableConfig table() {
    return new BlockBasedTableConfig()
        .setBlockCache(cache)
        .setBlockSize(BLOCK)
        .setCacheIndexAndFilterBlocks(true)
        .setCacheIndexAndFilterBlocksWithHighPriority(true)
        .setPinL0FilterAndIndexBlocksInCache(true);
  }

  private static ColumnFamilyOptions family(BlockBasedTableConfig table) {
    return new ColumnFamilyOptions()
        .setTableFormatConfig(table)
        .setWriteBufferSize(MEMTABLE)
        .setMaxWriteBufferNumber(MEMTABLES)
        .setTargetFileSizeBase(2 * MEMTABLE)
        .setCompressionType(CompressionType.LZ4_COMPRESSION);
  }

  DBOptions database() {
    return database;
  }

  ColumnFamilyOptions of(Family family) {
    return switch (family) {
      case REV, META -> records;
      case IDX -> index;
    };
  }

  @Override
  public void close() {
    database.close();
    records.close();
    index.close();
    bloom.close();
    memtables.close();
    cache.close();
  }
}
