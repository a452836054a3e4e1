package io.quorate.server.net;

import io.quorate.node.Times;

/// What passed between this node and another. Counted and read on the loop alone.
public final class LinkCounts {
  // From 0.1 ms on (etcd-P4).
  private final Times roundTrips = new Times(100_000, 16);
  private long sentBytes;
  private long receivedBytes;
  private long notSent;
  private long notReceived;
  private long broken;

  void sent(int bytes) {
    sentBytes += bytes;
  }

  void notSent() {
    notSent++;
  }

  void received(int bytes) {
    receivedBytes += bytes;
  }

  void notReceived() {
    notReceived++;
  }

  void broken() {
    broken++;
  }

  void roundTrip(long nanos) {
    roundTrips.took(nanos);
  }

  public long sentBytes() {
    return sentBytes;
  }

  public long receivedBytes() {
    return receivedBytes;
  }

  /// Frames that were lost here: there was no link, or too much waited for it.
  public long notSentCount() {
    return notSent;
  }

  /// Links of the other node's that ended over what was received.
  public long notReceivedCount() {
    return notReceived;
  }

  /// How often the link to it broke.
  public long brokenCount() {
    return broken;
  }

  /// Between the loops of both, and back.
  public Times roundTrips() {
    return roundTrips;
  }
}
