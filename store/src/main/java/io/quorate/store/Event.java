package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import org.jspecify.annotations.Nullable;

/// One change of a key as those who watch it see it: in `mvccpb.Event` form, encoded once for all
/// of them. For one thread at a time.
public final class Event {
  private static final int TYPE = 1;
  private static final int KEY_VALUE = 2;
  private static final int PREVIOUS = 3;
  private static final int DELETE = 1;

  private final long revision;
  private final boolean isDelete;
  private final Bytes keyValue;
  private final @Nullable Bytes previous;

  private @Nullable Bytes alone;
  private @Nullable Bytes withPrevious;

  /// @param keyValue the encoded `mvccpb.KeyValue`
  /// @param previous that of the key before this revision; null if it did not live then, or if
  ///   nobody asks
  Event(long revision, boolean isDelete, Bytes keyValue, @Nullable Bytes previous) {
    this.revision = revision;
    this.isDelete = isDelete;
    this.keyValue = keyValue;
    this.previous = previous;
  }

  public long revision() {
    return revision;
  }

  public boolean isDelete() {
    return isDelete;
  }

  /// Bytes that it holds on to.
  public int size() {
    return keyValue.length() + (previous == null ? 0 : previous.length());
  }

  /// The encoded `mvccpb.Event`.
  ///
  /// @param previousToo with what the key was before, as far as that was read
  public Bytes encoded(boolean previousToo) {
    if (!previousToo || previous == null) {
      if (alone == null) {
        alone = encode(null);
      }
      return alone;
    }
    if (withPrevious == null) {
      withPrevious = encode(previous);
    }
    return withPrevious;
  }

  private Bytes encode(@Nullable Bytes before) {
    int type = isDelete ? DELETE : 0;
    long size =
        ProtoWriter.sizeOfNumber(type)
            + ProtoWriter.sizeOfMessage(keyValue.length())
            + (before == null ? 0 : ProtoWriter.sizeOfMessage(before.length()));
    var out = new ProtoWriter((int) size);
    out.number(TYPE, type);
    out.message(KEY_VALUE, keyValue);
    if (before != null) {
      out.message(PREVIOUS, before);
    }
    return out.done();
  }
}
