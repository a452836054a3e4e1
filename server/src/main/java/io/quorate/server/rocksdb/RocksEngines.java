package io.quorate.server.rocksdb;

import io.quorate.journal.DiskException;
import io.quorate.server.disk.OwnerOnly;
import io.quorate.server.disk.Trees;
import io.quorate.store.Engine;
import io.quorate.store.EngineException;
import io.quorate.store.Engines;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.rocksdb.RocksDBException;

/// RocksDB engines, each in a directory of its own below one.
public final class RocksEngines implements Engines, AutoCloseable {
  private final Path root;
  private final RocksSettings settings;
  private final StorageTimes times = new StorageTimes();

  /// @param root made when the first engine is opened
  /// @throws DiskException if the temporary directory does not let RocksDB be loaded
  public RocksEngines(Path root) {
    this.root = root;
    RocksLibrary.load();
    settings = new RocksSettings();
  }

  @Override
  public Engine open(String directory) {
    var path = root.resolve(directory);
    try {
      create(path.toAbsolutePath());
      return new RocksEngine(path, settings, times);
    } catch (IOException | RocksDBException e) {
      throw new EngineException(
          "cannot open the store in %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /// How long all of them take.
  public StorageTimes times() {
    return times;
  }

  /// Makes a private directory whose name is durable: what is flushed into it is no more than that.
  private static void create(Path directory) throws IOException {
    var parent = directory.getParent();
    if (parent == null || Files.exists(directory)) {
      return;
    }
    create(parent);
    Files.createDirectory(directory, OwnerOnly.DIRECTORY);
    try (var channel = FileChannel.open(parent, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void delete(String directory) {
    var path = root.resolve(directory);
    try {
      Trees.delete(path);
    } catch (IOException e) {
      throw new EngineException(
          "cannot delete the store in %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  @Override
  public List<String> list() {
    if (!Files.exists(root)) {
      return List.of();
    }
    try (var found = Files.list(root)) {
      return found.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new EngineException("cannot list %s: %s".formatted(root, e.getMessage()), e);
    }
  }

  /// Lets go of what the engines share. All of them are closed.
  @Override
  public void close() {
    settings.close();
  }
}
