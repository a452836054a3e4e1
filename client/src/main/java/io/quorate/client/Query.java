package io.quorate.client;

/// Which keys are meant, and how they are read.
///
/// @param limit at most so many; 0: all
/// @param revision the state to read; 0: the newest
/// @param serializable whether an answer from local state will do, which may be stale
/// @param part what is wanted of them
/// @param sort by what they are ordered
/// @param descending whether the greatest comes first
public record Query(
    KeyRange range,
    long limit,
    long revision,
    boolean serializable,
    Part part,
    Sort sort,
    boolean descending)
    implements Operation {

  /// What is wanted of the keys that are found.
  public enum Part {
    ALL,
    /// Everything but the values.
    KEYS,
    /// How many there are.
    COUNT
  }

  /// By what keys can be ordered.
  public enum Sort {
    KEY,
    VERSION,
    CREATE_REVISION,
    MOD_REVISION,
    VALUE
  }

  public static Query of(KeyRange range) {
    return new Query(range, 0, 0, false, Part.ALL, Sort.KEY, false);
  }

  public Query limit(long most) {
    return new Query(range, most, revision, serializable, part, sort, descending);
  }

  public Query at(long someRevision) {
    return new Query(range, limit, someRevision, serializable, part, sort, descending);
  }

  public Query serializable(boolean will) {
    return new Query(range, limit, revision, will, part, sort, descending);
  }

  public Query part(Part wanted) {
    return new Query(range, limit, revision, serializable, wanted, sort, descending);
  }

  public Query sorted(Sort by, boolean fromTheGreatest) {
    return new Query(range, limit, revision, serializable, part, by, fromTheGreatest);
  }
}
