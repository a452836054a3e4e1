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

  /// One thing after the other. Stands before the first at first.
  interface Steps extends AutoCloseable {
    /// @return false if there is nothing further
    boolean next();

    @Override
    void close();
  }

  /// From key to key.
  interface Walk extends Steps {
    Bytes key();

    Version version();
  }

  /// From change to change.
  interface Changes extends Steps {
    long mod();

    int sub();

    Bytes keyValue();
  }

  /// A walk that keeps what it has found last.
  abstract class Finding implements Walk {
    private Bytes key = Bytes.EMPTY;
    private @Nullable Version version;

    /// @return true, for [#next()] to say
    final boolean found(Bytes here, Version as) {
      key = here;
      version = as;
      return true;
    }

    @Override
    public final Bytes key() {
      return key;
    }

    @Override
    public final Version version() {
      if (version == null) {
        throw new IllegalStateException("no key");
      }
      return version;
    }
  }

  /// A walk over one key, or none.
  final class Single extends Finding {
    private final Bytes only;
    private @Nullable Version left;

    Single(Bytes key, @Nullable Version version) {
      this.only = key;
      this.left = version;
    }

    @Override
    public boolean next() {
      var version = left;
      left = null;
      return version != null && found(only, version);
    }

    @Override
    public void close() {}
  }
}
