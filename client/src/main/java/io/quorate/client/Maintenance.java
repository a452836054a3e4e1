package io.quorate.client;

import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.api.CompactionRequest;
import io.quorate.api.HashKVRequest;
import io.quorate.api.KVGrpc;
import io.quorate.api.MaintenanceGrpc;
import io.quorate.api.SnapshotRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// What an operator does. A part of [QuorateClient]; calls fail as there. Hashes and snapshots are
/// of the node that answers: [QuorateClient#only] says which.
public final class Maintenance {
  /// How long the first piece of a snapshot may take: the node measures all of it before.
  private static final Duration MEASURED = Duration.ofMinutes(10);

  private final Endpoints endpoints;
  private final Duration timeout;

  Maintenance(Endpoints endpoints, Duration timeout) {
    this.endpoints = endpoints;
    this.timeout = timeout;
  }

  /// Gives up the history below a revision: reads and watches of it are refused from then on.
  ///
  /// @param physical whether to wait until the space is free
  /// @return the store's revision then
  public long compact(long revision, boolean physical) {
    var request =
        CompactionRequest.newBuilder().setRevision(revision).setPhysical(physical).build();
    return endpoints
        .call(true, channel -> within(KVGrpc.newBlockingStub(channel)).compact(request))
        .getHeader()
        .getRevision();
  }

  /// The hash of what a node holds.
  ///
  /// @param revision up to which; 0: the newest that the node has
  public KeyValueHash hashKeyValues(long revision) {
    var request = HashKVRequest.newBuilder().setRevision(revision).build();
    var response =
        endpoints.call(
            false, channel -> within(MaintenanceGrpc.newBlockingStub(channel)).hashKV(request));
    var header = response.getHeader();
    // Servers before 3.6 do not tell which revision the newest was.
    long hashed =
        response.getHashRevision() > 0
            ? response.getHashRevision()
            : revision > 0 ? revision : header.getRevision();
    return new KeyValueHash(
        header.getMemberId(),
        Integer.toUnsignedLong(response.getHash()),
        hashed,
        response.getCompactRevision());
  }

  /// Takes a snapshot of a node's state, and checks that it came whole; refused with `DATA_LOSS` if
  /// it did not. Given up when nothing comes for as long as a call may take, or at first for ten
  /// minutes: a node goes over all it has before it sends anything.
  ///
  /// @throws IOException if the sink does
  public Snapshot snapshot(SnapshotSink sink) throws IOException {
    return snapshot(endpoints.channel(endpoints.preferred()), sink);
  }

  private Snapshot snapshot(ManagedChannel channel, SnapshotSink sink) throws IOException {
    var sum = new TrailingDigest();
    var version = "";
    try (var context = Context.current().withCancellation()) {
      var before = context.attach();
      var watchdog = watchdog(context, MEASURED);
      try {
        var pieces =
            MaintenanceGrpc.newBlockingStub(channel).snapshot(SnapshotRequest.getDefaultInstance());
        while (pieces.hasNext()) {
          watchdog.cancel(false);
          var piece = pieces.next();
          version = piece.getVersion();
          var bytes = piece.getBlob().toByteArray();
          sum.add(bytes);
          sink.take(bytes, piece.getRemainingBytes());
          watchdog = watchdog(context, timeout);
        }
      } catch (StatusRuntimeException e) {
        throw Endpoints.failure(
            context.cancellationCause() instanceof StatusRuntimeException late ? late : e, false);
      } finally {
        watchdog.cancel(false);
        context.detach(before);
      }
    }
    if (!sum.holds()) {
      throw new QuorateException.Refused(
          Status.DATA_LOSS.withDescription(
              "the snapshot did not come whole, its checksum does not fit; take it again"));
    }
    return new Snapshot(sum.length(), sum.hex(), version);
  }

  private ScheduledFuture<?> watchdog(Context.CancellableContext context, Duration patience) {
    var late =
        Status.DEADLINE_EXCEEDED
            .withDescription("nothing came for %s ms".formatted(patience.toMillis()))
            .asRuntimeException();
    return endpoints
        .timer()
        .schedule(() -> context.cancel(late), patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private <S extends io.grpc.stub.AbstractStub<S>> S within(S stub) {
    return stub.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }
}
