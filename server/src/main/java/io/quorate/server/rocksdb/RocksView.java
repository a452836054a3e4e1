package io.quorate.server.rocksdb;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.Engine.Family;
import io.quorate.store.EngineException;
import io.quorate.store.EngineView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/// Reads from a database: its newest state, or that of a snapshot.
class RocksView implements EngineView {
  private final RocksEngine engine;
  private final @Nullable Snapshot snapshot;
  private final ReadOptions options;

  /// @param snapshot null for the newest state
  RocksView(RocksEngine engine, @Nullable Snapshot snapshot) {
    this.engine = engine;
    this.snapshot = snapshot;
    this.options = options(snapshot);
  }

  private static ReadOptions options(@Nullable Snapshot snapshot) {
    var options = new ReadOptions();
    return snapshot == null ? options : options.setSnapshot(snapshot);
  }

  /// The bytes as an array that holds nothing else.
  static byte[] exact(Bytes bytes) {
    return bytes.compact().array();
  }

  private static @Nullable Bytes bytes(byte @Nullable [] found) {
    return found == null ? null : Bytes.of(found);
  }

  @Override
  public @Nullable Bytes get(Family family, Bytes key) {
    engine.enter();
    try {
      return bytes(
          engine
              .database()
              .get(engine.handle(family), options, key.array(), key.offset(), key.length()));
    } catch (RocksDBException e) {
      throw failed(e);
    } finally {
      engine.leave();
    }
  }

  @Override
  public List<@Nullable Bytes> getAll(Family family, List<Bytes> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    var arrays = new ArrayList<byte[]>(keys.size());
    for (var key : keys) {
      arrays.add(exact(key));
    }
    var handles = Collections.nCopies(keys.size(), engine.handle(family));
    engine.enter();
    try {
      var values = new ArrayList<@Nullable Bytes>(keys.size());
      for (var value : engine.database().multiGetAsList(options, handles, arrays)) {
        values.add(bytes(value));
      }
      return values;
    } catch (RocksDBException e) {
      throw failed(e);
    } finally {
      engine.leave();
    }
  }

  @Override
  public Cursor cursor(Family family, Bytes from, @Nullable Bytes to) {
    var cursor = new RocksCursor(family, to);
    cursor.seek(from);
    return cursor;
  }

  void close() {
    options.close();
  }

  static EngineException failed(RocksDBException e) {
    return new EngineException("the store cannot be read: " + e.getMessage(), e);
  }

  private final class RocksCursor implements Cursor {
    private final @Nullable Slice end;
    private final ReadOptions bounded;
    private final RocksIterator iterator;
    private boolean isClosed;

    RocksCursor(Family family, @Nullable Bytes to) {
      engine.enter();
      bounded = options(snapshot);
      end = to == null ? null : new Slice(exact(to));
      if (end != null) {
        bounded.setIterateUpperBound(end);
      }
      iterator = engine.database().newIterator(engine.handle(family), bounded);
    }

    @Override
    public boolean isValid() {
      if (iterator.isValid()) {
        return true;
      }
      try {
        // Behind the last key, or at one that cannot be read?
        iterator.status();
      } catch (RocksDBException e) {
        throw failed(e);
      }
      return false;
    }

    @Override
    public Bytes key() {
      return Bytes.of(iterator.key());
    }

    @Override
    public Bytes value() {
      return Bytes.of(iterator.value());
    }

    @Override
    public void next() {
      iterator.next();
    }

    @Override
    public void seek(Bytes key) {
      iterator.seek(exact(key));
    }

    @Override
    public void close() {
      if (isClosed) {
        return;
      }
      isClosed = true;
      iterator.close();
      bounded.close();
      if (end != null) {
        end.close();
      }
      engine.leave();
    }
  }
}
