package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.replica.StateMachine.Durable;
import io.quorate.replica.StateMachine.Installation;
import io.quorate.replica.Worker;
import org.jspecify.annotations.Nullable;

/// Fills an engine of its own with the pieces of an image.
final class StoreInstallation implements Installation, ImageReader.Content {
  private final Engines engines;
  private final Worker storage;
  private final String directory;

  private @Nullable Engine engine;
  private final ImageReader pieces = new ImageReader(this);
  private Generation changes = new Generation();

  StoreInstallation(Engines engines, Worker storage, String directory) {
    this.engines = engines;
    this.storage = storage;
    this.directory = directory;
  }

  @Override
  public String directory() {
    return directory;
  }

  /// What has come so far.
  ImageReader pieces() {
    return pieces;
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
    changes = new Generation();
    pieces.add(piece);
    var batch = new Batch();
    changes.addTo(batch);
    engine().write(batch);
  }

  @Override
  public void lease(long id, long ttl) {
    changes.putLease(id, ttl);
  }

  @Override
  public void change(Version version, Bytes key, Bytes keyValue) {
    changes.add(version, keyValue.compact(), superseded(key, version));
  }

  /// As what the key lived before in what was filled so far. A key that is created did not.
  private @Nullable Version superseded(Bytes key, Version version) {
    return version.version() == 1 || changes.newest(key) != null
        ? null
        : new EngineKeys(engine()).live(key, Keys.NEWEST);
  }

  @Override
  public Durable finish() throws MalformedException {
    var head = pieces.end();
    var batch = new Batch();
    Meta.putApplied(batch, head.at());
    Meta.putLessorship(batch, head.lessorship());
    Meta.putOrigin(batch, head.origin());
    head.alarms().forEach(alarm -> Meta.putAlarm(batch, alarm, true));
    head.nodes().forEach(node -> Meta.putNode(batch, node));
    finish(head, head.revisions(), batch);
    return head.at();
  }

  /// Makes the beginning of a new cluster of it: what is about the old one's nodes and log is left
  /// out.
  ///
  /// @param revisions of the store from then on
  /// @param origin the number of this beginning
  void finishAnew(Meta.Revisions revisions, long origin) throws MalformedException {
    var batch = new Batch();
    Meta.putOrigin(batch, origin);
    finish(pieces.end(), revisions, batch);
  }

  private void finish(ImageFormat.Head head, Meta.Revisions revisions, Batch batch) {
    Meta.putFormat(batch);
    Meta.putRevisions(batch, revisions);
    Meta.putRemoved(batch, Meta.Removed.upTo(head.revisions().compacted()));
    engine().write(batch);
    engine().flush();
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
