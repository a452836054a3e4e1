package io.quorate.client;

import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import io.quorate.api.LeaseGrpc;
import io.quorate.api.LeaseKeepAliveRequest;
import io.quorate.api.LeaseKeepAliveResponse;
import java.time.Duration;

/// Keeps a lease alive, three times within its time to live, until it is closed or the listener
/// hears that it ended. Closing it does not revoke the lease.
public final class KeepAlive extends LastingStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse> {
  private final long id;
  private final LeaseListener listener;

  KeepAlive(Endpoints endpoints, Duration patience, long id, LeaseListener listener) {
    super(endpoints, patience);
    this.id = id;
    this.listener = listener;
  }

  @Override
  void call(Channel channel, StreamObserver<LeaseKeepAliveResponse> answers) {
    needingLeader(LeaseGrpc.newStub(channel)).leaseKeepAlive(answers);
  }

  @Override
  void opened() {
    send(LeaseKeepAliveRequest.newBuilder().setID(id).build());
    expectAnswer();
  }

  @Override
  void answered(LeaseKeepAliveResponse response) {
    long seconds = response.getTTL();
    if (seconds <= 0) {
      end(Leases.gone(id));
      return;
    }
    listener.onRenewal(seconds);
    later(seconds * 1000 / 3, this::opened);
  }

  @Override
  void interrupted(QuorateException failure) {
    listener.onInterruption(failure);
  }

  @Override
  void ended(QuorateException failure) {
    listener.onEnd(failure);
  }
}
