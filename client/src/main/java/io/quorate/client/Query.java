package io.quorate.client;

/// Which keys are meant, and how they are read.
///
/// @param end empty: the one key; a single zero byte: all keys from `key` on; else the keys before
///   it
/// @param limit at most so many; 0: all
/// @param revision the state to read; 0: the newest
/// @param serializable whether an answer from local state will do, which may be stale
public record Query(
    ByteSequence key, ByteSequence end, long limit, long revision, boolean serializable) {

  public static Query key(String key) {
    return new Query(ByteSequence.of(key), ByteSequence.EMPTY, 0, 0, false);
  }

  /// Every key that begins with this; the empty prefix means all keys.
  public static Query prefix(String prefix) {
    var start = ByteSequence.of(prefix);
    return prefix.isEmpty()
        ? new Query(ByteSequence.of(new byte[1]), ByteSequence.of(new byte[1]), 0, 0, false)
        : new Query(start, start.prefixEnd(), 0, 0, false);
  }

  public Query limit(long most) {
    return new Query(key, end, most, revision, serializable);
  }

  public Query at(long someRevision) {
    return new Query(key, end, limit, someRevision, serializable);
  }

  public Query serializable(boolean will) {
    return new Query(key, end, limit, revision, will);
  }
}
