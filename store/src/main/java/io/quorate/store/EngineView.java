package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an [Engine] can be read through: its newest state, or a fixed one.
public interface EngineView {
  @Nullable Bytes get(Engine.Family family, Bytes key);

  /// The values of many keys in the order of the keys, null where there is none.
  List<@Nullable Bytes> getAll(Engine.Family family, List<Bytes> keys);

  /// Walks over one unchanging state, from the first key not below `from`.
  ///
  /// @param to where it ends: the first key that is no longer seen; null for all
  Cursor cursor(Engine.Family family, Bytes from, @Nullable Bytes to);

  /// A place among the keys of a family. It stands on one of them, or behind the last.
  interface Cursor extends AutoCloseable {
    /// Whether it stands on a key. If not, only [#seek] and [#close] may be called.
    boolean isValid();

    Bytes key();

    Bytes value();

    /// On to the next key.
    void next();

    /// To the first key not below `key`.
    void seek(Bytes key);

    @Override
    void close();
  }
}
