package io.quorate.node;

/// What the lessor says of a lease.
///
/// @param ttl the whole of it, in seconds; 0 if there is no such lease
/// @param remaining nanoseconds that are left of it; may be below zero until its expiry takes
///   effect
public record LeaseState(long ttl, long remaining) {
  /// Never granted, revoked, or expired.
  public static final LeaseState GONE = new LeaseState(0, 0);

  public boolean isGone() {
    return ttl == 0;
  }
}
