package io.quorate.store;

import java.util.List;

/// What requests cost of a store's quota, by etcd's rule (etcd-23).
public final class Space {
  private static final long PUT = 256;
  private static final long LEASE_GRANT = 64;

  private Space() {}

  /// Bytes that a request counts for, whichever branch it takes: 0 exactly where it can put
  /// nothing.
  public static long cost(Request request) {
    return switch (request) {
      case Request.Put put -> PUT + put.key().length() + put.value().length();
      case Request.Txn txn -> Math.max(cost(txn.success()), cost(txn.failure()));
      case Request.LeaseGrant _ -> LEASE_GRANT;
      default -> 0;
    };
  }

  private static long cost(List<Request.Op> ops) {
    return ops.stream().mapToLong(Space::cost).sum();
  }
}
