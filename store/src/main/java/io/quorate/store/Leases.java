package io.quorate.store;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The leases of a store and who watches over their time, as they are now. Which keys are attached
/// to a lease stands with the keys.
final class Leases {
  private final TreeMap<Long, Long> ttls = new TreeMap<>();
  private Lessorship lessorship;
  private @Nullable LeaseObserver observer;

  /// As an engine holds them.
  Leases(EngineView stored) {
    try (var leases = new StoredLeases(stored)) {
      while (leases.next()) {
        ttls.put(leases.id(), leases.ttl());
      }
    }
    lessorship = Meta.lessorship(stored);
  }

  void observe(LeaseObserver by) {
    observer = by;
  }

  boolean contains(long id) {
    return ttls.containsKey(id);
  }

  /// The TTL of each lease in seconds, by id.
  SortedMap<Long, Long> ttls() {
    return Collections.unmodifiableSortedMap(ttls);
  }

  Lessorship lessorship() {
    return lessorship;
  }

  /// @return why it is not granted; null if it is
  @Nullable Failure grant(Request.LeaseGrant grant, Generation into) {
    if (grant.ttl() > Request.LeaseGrant.MAX_TTL) {
      return Failure.LEASE_TTL_TOO_LARGE;
    } else if (grant.id() == 0 || grant.ttl() <= 0) {
      return Failure.MALFORMED_REQUEST; // the door puts something else there
    } else if (contains(grant.id())) {
      return Failure.LEASE_EXISTS;
    }
    ttls.put(grant.id(), grant.ttl());
    into.putLease(grant.id(), grant.ttl());
    if (observer != null) {
      observer.granted(grant.id(), grant.ttl());
    }
    return null;
  }

  /// The lease goes; its keys are another's business.
  void remove(long id, boolean expired, Generation into) {
    ttls.remove(id);
    into.putLease(id, null);
    if (observer == null) {
      return;
    }
    if (expired) {
      observer.expired(id);
    } else {
      observer.revoked(id);
    }
  }

  /// Takes effect under the next number only, so of two that were proposed side by side one does.
  void become(Lessorship next, Generation into) {
    if (next.number() == lessorship.number() + 1) {
      lessorship = next;
      into.putLessorship(next);
    }
  }
}
