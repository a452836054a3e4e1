package io.quorate.store;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.replica.Worker;
import java.util.function.Consumer;
import java.util.function.Function;

/// An engine that workers use for its owner, and that is closed once nobody does any more.
///
/// Belongs to the loop. Work counts as a use until its result was taken on the loop, so what goes
/// on from there finds the engine open.
final class SharedEngine {
  private static final class Result<T> {
    @SuppressWarnings("NullAway.Init")
    T value;
  }

  private final Engines engines;
  private final Worker storage;
  private final String directory;
  private final Engine engine;
  private int users = 1;
  private boolean delete;

  /// The caller is the first user.
  ///
  /// @param engine of the directory
  /// @param storage closes it in the end
  SharedEngine(Engines engines, Worker storage, String directory, Engine engine) {
    this.engines = engines;
    this.storage = storage;
    this.directory = directory;
    this.engine = engine;
  }

  String directory() {
    return directory;
  }

  Engine engine() {
    return engine;
  }

  void retain() {
    require(users > 0, "the engine of %s is used after its end", directory);
    users++;
  }

  /// One user less; with the last one the engine closes.
  void release() {
    users--;
    if (users == 0) {
      storage.run(this::close, () -> {});
    }
  }

  private void close() {
    engine.close();
    if (delete) {
      engines.delete(directory);
    }
  }

  /// One user less, and the directory goes with the last one.
  void releaseAndDelete() {
    delete = true;
    release();
  }

  /// Has a worker do something with the engine, then hands the result over on the loop.
  <T> void run(Worker worker, Function<Engine, T> task, Consumer<T> then) {
    retain();
    var result = new Result<T>();
    worker.run(
        () -> result.value = task.apply(engine),
        () -> {
          then.accept(result.value);
          release();
        });
  }
}
