package io.quorate.server.rocksdb;

import io.quorate.store.Engine;
import io.quorate.store.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rocksdb.RocksDBException;

/// RocksDB engines that can crash: what they have on disk is copied while they run.
final class RocksPlace implements Engines {
  private final Path parent;
  private final int life;
  private final RocksEngines engines;
  private final Map<String, RocksEngine> open = new TreeMap<>();

  RocksPlace(Path parent) {
    this(parent, 1);
  }

  private RocksPlace(Path parent, int life) {
    this.parent = parent;
    this.life = life;
    this.engines = new RocksEngines(parent.resolve("life-" + life));
  }

  /// What would be found after the process was killed now. This life ends.
  RocksPlace crash() throws IOException, RocksDBException {
    for (var engine : open.values()) {
      // So that no file goes while it is copied.
      engine.database().pauseBackgroundWork();
      engine.database().disableFileDeletions();
    }
    var from = parent.resolve("life-" + life);
    var to = parent.resolve("life-" + (life + 1));
    try (var files = Files.walk(from)) {
      for (var file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
    for (var engine : open.values()) {
      engine.database().continueBackgroundWork();
    }
    end();
    return new RocksPlace(parent, life + 1);
  }

  /// Closes what is still open.
  void end() {
    open.values().forEach(RocksEngine::close);
    open.clear();
    engines.close();
  }

  @Override
  public Engine open(String directory) {
    var engine = (RocksEngine) engines.open(directory);
    open.put(directory, engine);
    return engine;
  }

  @Override
  public void delete(String directory) {
    open.remove(directory);
    engines.delete(directory);
  }

  @Override
  public List<String> list() {
    return engines.list();
  }
}
