package io.quorate.node.lease;

/// How often something befell a lease, as seen by one life of a node.
public final class LeaseCounters {
  private long granted;
  private long revoked;
  private long expired;
  private long renewed;

  public long granted() {
    return granted;
  }

  /// By whoever asked for it.
  public long revoked() {
    return revoked;
  }

  /// Because its time was over.
  public long expired() {
    return expired;
  }

  /// By this node as the lessor.
  public long renewed() {
    return renewed;
  }

  void countGranted() {
    granted++;
  }

  void countRevoked() {
    revoked++;
  }

  void countExpired() {
    expired++;
  }

  void countRenewed() {
    renewed++;
  }
}
