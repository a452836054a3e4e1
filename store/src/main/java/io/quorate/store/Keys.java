package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The keys of a store, as they are and as they were in each revision that is kept.
interface Keys {
  /// A revision above all others.
  long NEWEST = Long.MAX_VALUE;

  /// A key that lives, and as what.
  record Found(Bytes key, Version version) {}

  /// What a key was at a revision; null if it did not live then.
  @Nullable Version live(Bytes key, long revision);

  /// The last change of a key up to a revision, also a delete; null if none is kept.
  @Nullable Version last(Bytes key, long revision);

  /// Walks over the keys of a range that lived at a revision, in their order.
  Walk walk(KeyRange range, long revision);

  /// Walks over the keys that are attached to a lease now, in their order.
  Walk attached(long lease);

  /// The encoded `mvccpb.KeyValue` of a key in a version that was found here.
  Bytes keyValue(Bytes key, Version version);

  /// The same for many, in their order.
  List<Bytes> keyValues(List<Found> found);

  /// Walks over all stored changes from a revision on, in their order. Such as a compaction has
  /// forgotten may be among them.
  Changes changes(long from);

  /// Stands before the first key at first.
  interface Walk extends AutoCloseable {
    /// @return false if there is no further key
    boolean next();

    Bytes key();

    Version version();

    @Override
    void close();
  }

  /// Stands before the first change at first.
  interface Changes extends AutoCloseable {
    /// @return false if there is no further change
    boolean next();

    long mod();

    int sub();

    Bytes keyValue();

    @Override
    void close();
  }

  /// A walk over one key, or none.
  final class Single implements Walk {
    private final Bytes key;
    private final @Nullable Version version;
    private boolean passed;

    Single(Bytes key, @Nullable Version version) {
      this.key = key;
      this.version = version;
      this.passed = version == null;
    }

    @Override
    public boolean next() {
      boolean here = !passed;
      passed = true;
      return here;
    }

    @Override
    public Bytes key() {
      return key;
    }

    @Override
    public Version version() {
      if (version == null) {
        throw new IllegalStateException("no key");
      }
      return version;
    }

    @Override
    public void close() {}
  }
}
