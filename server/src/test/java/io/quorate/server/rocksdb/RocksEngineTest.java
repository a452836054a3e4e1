package io.quorate.server.rocksdb;

import io.quorate.store.Engine;
import io.quorate.store.EngineSuite;
import io.quorate.store.Engines;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RocksEngineTest extends EngineSuite {
  @TempDir private Path directory;

  @Override
  protected Engines place() {
    return new RocksPlace(directory);
  }

  @Override
  protected Engines crash(Engines place, Engine running) throws Exception {
    return ((RocksPlace) place).crash();
  }
}
