package io.quorate.server.rocksdb;

import io.quorate.store.Engines;
import io.quorate.store.StoreModelSuite;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class RocksStoreModelTest extends StoreModelSuite {
  @TempDir private Path directory;

  private @Nullable RocksPlace place;
  private int places;

  @Override
  protected int seeds() {
    return 12;
  }

  @Override
  protected int steps() {
    return 300;
  }

  @Override
  protected Engines place() {
    end();
    places++;
    place = new RocksPlace(directory.resolve("place-" + places));
    return place;
  }

  @Override
  protected Engines crash(Engines running) throws Exception {
    place = ((RocksPlace) running).crash();
    return place;
  }

  @AfterEach
  void end() {
    if (place != null) {
      place.end();
    }
  }
}
