package io.quorate.server.rocksdb;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.store.Batch;
import io.quorate.store.Engine.Family;
import java.nio.file.Path;
import java.util.Random;

/// A process that writes batch after batch, one key in each family, until it is killed. It prints
/// the number of each batch that a flush has made durable.
final class WriterToKill {
  static final Bytes LAST = Bytes.utf8("last");
  private static final int VALUE = 20_000;

  private WriterToKill() {}

  static Bytes key(long batch) {
    var out = new WireWriter(8);
    out.u64(batch);
    return out.toBytes();
  }

  /// @param args the engines' directory, and the number of the first batch
  public static void main(String[] args) {
    var engine = new RocksEngines(Path.of(args[0])).open("1");
    var random = new Random(7);
    for (long number = Long.parseLong(args[1]); ; number++) {
      // Large enough that memtables fill up and are flushed by themselves now and then.
      var value = new byte[VALUE];
      random.nextBytes(value);
      var batch = new Batch();
      batch.put(Family.REV, key(number), Bytes.of(value));
      batch.put(Family.IDX, key(number), Bytes.of(value, 0, 100));
      batch.put(Family.META, LAST, key(number));
      engine.write(batch);
      if (random.nextInt(300) == 0) {
        engine.flush();
        System.out.println(number);
      }
    }
  }
}
