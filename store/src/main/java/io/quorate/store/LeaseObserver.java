package io.quorate.store;

/// Is told of leases as commands about them take effect, on the loop. It must not call back into
/// the store's commands.
public interface LeaseObserver {
  /// @param ttl seconds
  void granted(long lease, long ttl);

  void revoked(long lease);

  /// The lessor's expiry of a lease took effect.
  void expired(long lease);

  /// The whole state was replaced by a newer one: any lease may have come or gone.
  void replaced();
}
