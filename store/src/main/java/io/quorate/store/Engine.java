package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import org.jspecify.annotations.Nullable;

/// Ordered bytes that survive a crash as they were at the last flush.
///
/// A port: what the store needs of storage, and no more. There is no log below it, for the journal
/// is the log. Keys are ordered as unsigned bytes, in three families that do not mix.
///
/// One thread at a time writes and flushes; any may read meanwhile. What the medium refuses ends
/// the node by an [EngineException].
public interface Engine extends EngineView, AutoCloseable {
  /// What is kept apart, each in its own order.
  enum Family {
    /// Every change, by revision: written in rising order, mostly read by revision.
    REV,
    /// The versions of every key, by key.
    IDX,
    /// A few records about the whole.
    META
  }

  /// Takes a batch in as a whole: seen by all reads that begin later, durable with a later flush.
  void write(Batch batch);

  /// The state as it is now, for as long as it is held open.
  Snapshot snapshot();

  /// Makes all that was written before durable, all families in one: after a crash either this
  /// whole state is found or an earlier one.
  void flush();

  /// The value that a key of [Family#META] would have after a crash now; null if none.
  @Nullable Bytes durable(Bytes key);

  /// Makes all that was written durable, and begins to give back the room of what was removed, if
  /// storage keeps such; returns without waiting for that.
  void defragment();

  /// Bytes that storage takes up.
  long bytesOnDisk();

  /// Bytes that it would take up without what was overwritten or removed: an estimate.
  long bytesInUse();

  /// Lets go of the storage. No snapshot or cursor may be open, and nothing is called any more.
  @Override
  void close();

  /// A fixed state.
  interface Snapshot extends EngineView, AutoCloseable {
    @Override
    void close();
  }
}
