package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import org.jspecify.annotations.Nullable;

/// The changes that a fixed state holds, from a revision on, in their order. Stands before the
/// first of them at first. For one thread, and only within the read that it was made for.
public final class History implements AutoCloseable {
  private final Keys keys;
  private final Meta.Revisions revisions;
  private final Content content;

  History(Reads.State state, long from) {
    this.keys = state.keys();
    this.revisions = state.revisions();
    this.content =
        new Content(keys, revisions, Meta.removed(state.view()), from, revisions.newest());
  }

  /// Changes below this revision are forgotten; -1 if none are.
  public long compacted() {
    return revisions.compacted();
  }

  /// The last revision of the state.
  public long newest() {
    return revisions.newest();
  }

  /// @return false behind the last change
  public boolean next() {
    return content.next();
  }

  public long revision() {
    return content.mod();
  }

  public Bytes key() {
    return KeyValues.key(content.keyValue());
  }

  /// @param previousToo whether what the key was before the revision is read, too, if that is not
  ///   forgotten
  public Event event(boolean previousToo) {
    var keyValue = content.keyValue();
    return new Event(
        content.mod(),
        KeyValues.isDelete(keyValue),
        keyValue,
        previousToo ? previous(KeyValues.key(keyValue)) : null);
  }

  private @Nullable Bytes previous(Bytes key) {
    long before = content.mod() - 1;
    var version = before < revisions.compacted() ? null : keys.live(key, before);
    return version == null ? null : keys.keyValue(key, version);
  }

  @Override
  public void close() {
    content.close();
  }
}
