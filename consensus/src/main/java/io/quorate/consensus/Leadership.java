package io.quorate.consensus;

import org.jspecify.annotations.Nullable;

/// Who leads, as far as a machine knows.
///
/// @param leader null while nobody is known to lead
/// @param term the ordered number of the leadership, in the protocol's own counting
public record Leadership(@Nullable ReplicaId leader, long term) {
  public static final Leadership NONE = new Leadership(null, 0);

  public boolean isLedBy(ReplicaId id) {
    return id.equals(leader);
  }
}
