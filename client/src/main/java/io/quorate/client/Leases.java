package io.quorate.client;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.quorate.api.LeaseGrantRequest;
import io.quorate.api.LeaseGrpc;
import io.quorate.api.LeaseKeepAliveRequest;
import io.quorate.api.LeaseKeepAliveResponse;
import io.quorate.api.LeaseLeasesRequest;
import io.quorate.api.LeaseRevokeRequest;
import io.quorate.api.LeaseTimeToLiveRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Leases: what is attached to one goes when it is revoked, or was not kept alive for its time to
/// live. A part of [QuorateClient]; calls fail as there.
public final class Leases {
  private final Endpoints endpoints;
  private final Duration timeout;

  Leases(Endpoints endpoints, Duration timeout) {
    this.endpoints = endpoints;
    this.timeout = timeout;
  }

  /// A lease as it was granted.
  ///
  /// @param seconds its time to live, which the server may have made longer
  public record Granted(long id, long seconds) {}

  /// Grants a lease.
  ///
  /// @param seconds its time to live; the server has a least one
  /// @param id which must be free; 0: the server picks one
  public Granted grant(long seconds, long id) {
    var request = LeaseGrantRequest.newBuilder().setTTL(seconds).setID(id).build();
    var response = endpoints.call(true, channel -> leases(channel).leaseGrant(request));
    return new Granted(response.getID(), response.getTTL());
  }

  /// Ends a lease and deletes what is attached to it, at one revision.
  public void revoke(long id) {
    var request = LeaseRevokeRequest.newBuilder().setID(id).build();
    endpoints.call(true, channel -> leases(channel).leaseRevoke(request));
  }

  /// How a lease stands; refused with `NOT_FOUND` if there is none.
  ///
  /// @param keys whether the keys that are attached to it are wanted too
  public LeaseStatus status(long id, boolean keys) {
    var request = LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(keys).build();
    var response = endpoints.call(false, channel -> leases(channel).leaseTimeToLive(request));
    // One that has run out and is not revoked yet has time left below 0 and its keys still.
    if (response.getGrantedTTL() == 0) {
      throw gone(id);
    }
    return new LeaseStatus(
        response.getID(),
        response.getGrantedTTL(),
        response.getTTL(),
        response.getKeysList().stream().map(Wire::bytes).toList());
  }

  /// The ids of all leases.
  public List<Long> list() {
    var request = LeaseLeasesRequest.getDefaultInstance();
    return endpoints
        .call(false, channel -> leases(channel).leaseLeases(request))
        .getLeasesList()
        .stream()
        .map(io.quorate.api.LeaseStatus::getID)
        .toList();
  }

  /// Renews a lease once; refused with `NOT_FOUND` if there is none.
  ///
  /// @return its time to live from then on: seconds
  public long renew(long id) {
    var request = LeaseKeepAliveRequest.newBuilder().setID(id).build();
    long seconds = endpoints.call(false, channel -> exchange(channel, request)).getTTL();
    if (seconds <= 0) {
      throw gone(id);
    }
    return seconds;
  }

  /// Keeps a lease alive from now on.
  public KeepAlive keepAlive(long id, LeaseListener listener) {
    var keepAlive = new KeepAlive(endpoints, timeout, id, listener);
    keepAlive.begin();
    return keepAlive;
  }

  static QuorateException gone(long id) {
    return new QuorateException.Refused(
        Status.NOT_FOUND.withDescription(
            "there is no lease %x: it has expired, was revoked, or was never granted"
                .formatted(id)));
  }

  private LeaseGrpc.LeaseBlockingStub leases(ManagedChannel channel) {
    return LeaseGrpc.newBlockingStub(channel)
        .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// One request and its answer on a stream of their own.
  private LeaseKeepAliveResponse exchange(ManagedChannel channel, LeaseKeepAliveRequest request) {
    var answer = new CompletableFuture<LeaseKeepAliveResponse>();
    var requests =
        LeaseGrpc.newStub(channel)
            .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
            .leaseKeepAlive(new First(answer));
    requests.onNext(request);
    requests.onCompleted();
    try {
      return answer.get(timeout.toMillis() + 1_000, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StatusRuntimeException failure
          ? failure
          : Status.fromThrowable(e.getCause()).asRuntimeException();
    } catch (TimeoutException e) {
      throw Status.DEADLINE_EXCEEDED.withCause(e).asRuntimeException();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withCause(e).asRuntimeException();
    }
  }

  private record First(CompletableFuture<LeaseKeepAliveResponse> answer)
      implements StreamObserver<LeaseKeepAliveResponse> {
    @Override
    public void onNext(LeaseKeepAliveResponse response) {
      answer.complete(response);
    }

    @Override
    public void onError(Throwable e) {
      answer.completeExceptionally(e);
    }

    @Override
    public void onCompleted() {
      answer.completeExceptionally(
          Status.UNAVAILABLE.withDescription("the node gave no answer").asRuntimeException());
    }
  }
}
