package io.quorate.client;

/// Who hears how a lease is kept alive. Calls come one after the other, on threads of the client.
public interface LeaseListener {
  /// The lease lives for so many seconds more.
  void onRenewal(long seconds);

  /// The node or the way to it failed. It is tried again, at the next address, until one answers;
  /// the lease may expire meanwhile.
  default void onInterruption(QuorateException failure) {}

  /// The lease is kept alive no more, and not because this was closed; code `NOT_FOUND`: it has
  /// expired or was revoked.
  void onEnd(QuorateException failure);
}
