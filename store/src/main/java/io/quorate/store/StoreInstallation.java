package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.replica.StateMachine.Durable;
import io.quorate.replica.StateMachine.Installation;
import io.quorate.replica.Worker;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Fills an engine of its own with the pieces of an image.
final class StoreInstallation implements Installation {
  private final Engines engines;
  private final Worker storage;
  private final String directory;

  private @Nullable Engine engine;
  private ImageFormat.@Nullable Head head;
  private boolean ended;
  private long count;
  private int checksum;
  private long lastMod = -1;
  private int lastSub;

  StoreInstallation(Engines engines, Worker storage, String directory) {
    this.engines = engines;
    this.storage = storage;
    this.directory = directory;
  }

  @Override
  public String directory() {
    return directory;
  }

  private Engine engine() {
    if (engine == null) {
      engines.delete(directory);
      engine = engines.open(directory);
    }
    return engine;
  }

  @Override
  public void add(Bytes piece) throws MalformedException {
    if (ended) {
      throw new MalformedException("a piece behind the last one of an image");
    }
    var in = checked(piece);
    boolean last = in.bool();
    if (head == null) {
      head = ImageFormat.Head.CODEC.read(in);
    }
    var changes = new Generation();
    while (in.remaining() > 0) {
      item(in, changes, head.revisions().newest());
    }
    if (last != ended) {
      throw new MalformedException("an image whose end is not where it should be");
    }
    var batch = new Batch();
    changes.addTo(batch);
    engine().write(batch);
  }

  /// What follows the checksum, if it is that of this piece behind the one before it.
  private WireReader checked(Bytes piece) throws MalformedException {
    var in = new WireReader(piece);
    int claimed = in.u32();
    var crc = new CRC32C();
    var before =
        Bytes.of(
            new byte[] {
              (byte) (checksum >>> 24),
              (byte) (checksum >>> 16),
              (byte) (checksum >>> 8),
              (byte) checksum
            });
    crc.update(before.array(), 0, before.length());
    crc.update(
        piece.array(),
        piece.offset() + ImageFormat.CHECKSUM_LENGTH,
        piece.length() - ImageFormat.CHECKSUM_LENGTH);
    if ((int) crc.getValue() != claimed) {
      throw new MalformedException("a piece of an image that is damaged or not the next one");
    }
    checksum = claimed;
    return in;
  }

  private void item(WireReader in, Generation changes, long newest) throws MalformedException {
    if (ended) {
      throw new MalformedException("something behind the end of an image");
    }
    int kind = in.u8();
    switch (kind) {
      case ImageFormat.CHANGE -> change(in, changes, newest);
      case ImageFormat.LEASE -> changes.putLease(in.u64(), in.count());
      case ImageFormat.END -> {
        ended = true;
        long claimed = in.count();
        if (claimed != count) {
          throw new MalformedException(
              "an image with %s changes that should have %s".formatted(count, claimed));
        }
      }
      default -> throw new MalformedException("nothing in an image has kind " + kind);
    }
  }

  private void change(WireReader in, Generation changes, long newest) throws MalformedException {
    long mod = in.count();
    int sub = (int) in.count();
    var keyValue = in.bytes();
    var version = KeyValues.version(keyValue, sub);
    var key = KeyValues.key(keyValue);
    boolean follows = mod > lastMod || (mod == lastMod && sub > lastSub);
    if (!follows || mod > newest || version.mod() != mod || key.isEmpty()) {
      throw new MalformedException("a change that does not belong into an image: " + version);
    }
    lastMod = mod;
    lastSub = sub;
    count++;
    changes.add(version, keyValue.compact(), superseded(key, version, changes));
  }

  /// As what the key lived before in what was filled so far. A key that is created did not.
  private @Nullable Version superseded(Bytes key, Version version, Generation changes) {
    return version.version() == 1 || changes.newest(key) != null
        ? null
        : new EngineKeys(engine()).live(key, Keys.NEWEST);
  }

  @Override
  public Durable finish() throws MalformedException {
    if (head == null || !ended) {
      throw new MalformedException("an image without its end");
    }
    var batch = new Batch();
    Meta.putFormat(batch);
    Meta.putApplied(batch, head.at());
    Meta.putRevisions(batch, head.revisions());
    Meta.putRemoved(batch, Meta.Removed.upTo(head.revisions().compacted()));
    Meta.putLessorship(batch, head.lessorship());
    head.alarms().forEach(alarm -> Meta.putAlarm(batch, alarm, true));
    head.nodes().forEach(node -> Meta.putNode(batch, node));
    engine().write(batch);
    engine().flush();
    return head.at();
  }

  /// The filled engine, whose user is from now on who asks.
  SharedEngine take() {
    var filled = engine();
    return new SharedEngine(engines, storage, directory, filled);
  }

  @Override
  public void abandon() {
    storage.run(
        () -> {
          if (engine != null) {
            engine.close();
            engine = null;
          }
          engines.delete(directory);
        },
        () -> {});
  }
}
