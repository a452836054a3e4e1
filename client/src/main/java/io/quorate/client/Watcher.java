package io.quorate.client;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quorate.api.WatchCreateRequest;
import io.quorate.api.WatchGrpc;
import io.quorate.api.WatchProgressRequest;
import io.quorate.api.WatchRequest;
import io.quorate.api.WatchResponse;
import java.time.Duration;

/// A watch that lasts until it is closed, or the listener hears that it ended.
public final class Watcher extends LastingStream<WatchRequest, WatchResponse> {
  private final Watch watch;
  private final WatchListener listener;

  /// The first revision that was not told yet; 0: not known before the watch stands.
  private long next;

  Watcher(Endpoints endpoints, Duration patience, Watch watch, WatchListener listener) {
    super(endpoints, patience);
    this.watch = watch;
    this.listener = listener;
    next = watch.revision();
  }

  /// Asks how far the watch is; the listener hears of it by `onProgress`, or not at all if the
  /// server cannot tell now.
  public void requestProgress() {
    run(() ->
        send(
            WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build()));
  }

  @Override
  void call(Channel channel, StreamObserver<WatchResponse> answers) {
    needingLeader(WatchGrpc.newStub(channel)).watch(answers);
  }

  @Override
  void opened() {
    var create =
        WatchCreateRequest.newBuilder()
            .setKey(Wire.bytes(watch.range().key()))
            .setRangeEnd(Wire.bytes(watch.range().end()))
            .setStartRevision(next)
            .setPrevKv(watch.previous())
            .setProgressNotify(watch.progress());
    if (!watch.puts()) {
      create.addFilters(WatchCreateRequest.FilterType.NOPUT);
    }
    if (!watch.deletions()) {
      create.addFilters(WatchCreateRequest.FilterType.NODELETE);
    }
    send(WatchRequest.newBuilder().setCreateRequest(create).build());
    expectAnswer();
  }

  @Override
  void answered(WatchResponse response) {
    if (response.getCanceled()) {
      end(reason(response));
    } else if (response.getCreated()) {
      if (next == 0) {
        next = response.getHeader().getRevision() + 1;
      }
      listener.onBegin(next);
    } else if (response.getEventsCount() > 0) {
      var events = response.getEventsList().stream().map(Event::of).toList();
      next = events.get(events.size() - 1).keyValue().modRevision() + 1;
      listener.onEvents(events);
    } else {
      long revision = response.getHeader().getRevision();
      // All up to there was told, so there is nothing to go back for.
      next = Math.max(next, revision + 1);
      listener.onProgress(revision);
    }
  }

  private static QuorateException reason(WatchResponse response) {
    if (response.getCompactRevision() > 0) {
      return new QuorateException.Compacted(response.getCompactRevision());
    }
    var text = response.getCancelReason();
    return new QuorateException.Refused(
        Status.CANCELLED.withDescription(
            text.isEmpty() ? "the server ended the watch without a reason" : text));
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
