package io.quorate.bench;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.quorate.api.KVGrpc;
import io.quorate.api.LeaseGrantRequest;
import io.quorate.api.LeaseGrpc;
import io.quorate.api.LeaseKeepAliveRequest;
import io.quorate.api.LeaseKeepAliveResponse;
import io.quorate.api.LeaseRevokeRequest;
import io.quorate.api.PutRequest;
import io.quorate.api.WatchCreateRequest;
import io.quorate.api.WatchGrpc;
import io.quorate.api.WatchRequest;
import io.quorate.api.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Who is there beside a load: 1,000 watchers, each of a thousandth of the [ManyKeys], so that a
/// put to one of them is told to one watcher; and 10,000 leases with a key each, which a client
/// keeps alive as clients do, each a third of its time after the last time.
final class Crowd implements AutoCloseable {
  static final int WATCHERS = 1_000;
  static final int LEASES = 10_000;
  private static final int STREAMS = 10;
  private static final int PART = ManyKeys.KEYS / WATCHERS;
  private static final int TTL_SECONDS = 60;
  private static final int ROUND_MILLIS = TTL_SECONDS * 1_000 / 3;

  /// Leases that are kept alive together.
  private static final int TOGETHER = 50;

  /// Requests that wait for their answers at the same time.
  private static final int IN_FLIGHT = 500;

  private final ManagedChannel channel;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong kept = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final List<StreamObserver<WatchRequest>> streams = new ArrayList<>();
  private final List<Long> leases = new ArrayList<>();
  private final StreamObserver<LeaseKeepAliveRequest> keepAlives;

  private final ScheduledFuture<?> keeping;

  private volatile boolean closing;

  /// All of them are there when this returns.
  Crowd(ManagedChannel channel) throws Exception {
    this.channel = channel;
    watch();
    grant();
    this.keepAlives = LeaseGrpc.newStub(channel).leaseKeepAlive(new Kept());
    var turn = new AtomicInteger();
    long pause = (long) ROUND_MILLIS * 1_000 * TOGETHER / LEASES;
    this.keeping = clock.scheduleAtFixedRate(() -> keepSome(turn), 0, pause, TimeUnit.MICROSECONDS);
  }

  private void watch() throws InterruptedException {
    var created = new CountDownLatch(WATCHERS);
    for (int i = 0; i < STREAMS; i++) {
      var stream = WatchGrpc.newStub(channel).watch(new Told(created));
      streams.add(stream);
      for (int part = i; part < WATCHERS; part += STREAMS) {
        stream.onNext(
            WatchRequest.newBuilder()
                .setCreateRequest(
                    WatchCreateRequest.newBuilder()
                        .setKey(ManyKeys.key(part * PART))
                        .setRangeEnd(ManyKeys.key((part + 1) * PART)))
                .build());
      }
    }
    if (!created.await(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException(created.getCount() + " watchers were not created in 30 s");
    }
  }

  private void grant() throws Exception {
    var grants = LeaseGrpc.newFutureStub(channel);
    var puts = KVGrpc.newFutureStub(channel);
    for (int i = 0; i < LEASES; i += IN_FLIGHT) {
      var granted = new ArrayList<ListenableFuture<Long>>();
      for (int j = 0; j < IN_FLIGHT; j++) {
        var answer = grants.leaseGrant(LeaseGrantRequest.newBuilder().setTTL(TTL_SECONDS).build());
        granted.add(Futures.transform(answer, response -> response.getID(), Runnable::run));
      }
      var ids = Futures.allAsList(granted).get();
      leases.addAll(ids);
      Futures.allAsList(ids.stream().map(id -> puts.put(attached(id))).toList()).get();
    }
  }

  private static PutRequest attached(long lease) {
    return PutRequest.newBuilder()
        .setKey(ByteString.copyFromUtf8("lease/" + lease))
        .setValue(ByteString.copyFromUtf8("attached"))
        .setLease(lease)
        .build();
  }

  private void keepSome(AtomicInteger turn) {
    for (int i = 0; i < TOGETHER; i++) {
      long lease = leases.get(turn.getAndIncrement() % LEASES);
      keepAlives.onNext(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
    }
  }

  /// Events that the watchers were told.
  long events() {
    return events.get();
  }

  /// Keep-alives that were answered.
  long kept() {
    return kept.get();
  }

  /// All of them go.
  @Override
  public void close() {
    closing = true;
    keeping.cancel(false);
    clock.close(); // once none is under way
    keepAlives.onCompleted();
    streams.forEach(StreamObserver::onCompleted);
    var revokes = LeaseGrpc.newFutureStub(channel);
    for (int i = 0; i < LEASES; i += IN_FLIGHT) {
      Futures.getUnchecked(
          Futures.allAsList(
              leases.subList(i, i + IN_FLIGHT).stream()
                  .map(id -> revokes.leaseRevoke(LeaseRevokeRequest.newBuilder().setID(id).build()))
                  .toList()));
    }
    var failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("a stream failed", failed);
    }
  }

  /// What a stream tells; that it ends before the crowd goes is a failure.
  private abstract class Answers<T> implements StreamObserver<T> {
    @Override
    public void onError(Throwable e) {
      failure.compareAndSet(null, e);
    }

    @Override
    public void onCompleted() {
      if (!closing) {
        failure.compareAndSet(null, new IllegalStateException("the server ended a stream"));
      }
    }
  }

  private final class Told extends Answers<WatchResponse> {
    private final CountDownLatch created;

    Told(CountDownLatch created) {
      this.created = created;
    }

    @Override
    public void onNext(WatchResponse response) {
      if (response.getCreated()) {
        created.countDown();
      } else if (response.getCanceled()) {
        failure.compareAndSet(null, new IllegalStateException("the server cancelled a watch"));
      }
      events.addAndGet(response.getEventsCount());
    }
  }

  private final class Kept extends Answers<LeaseKeepAliveResponse> {
    @Override
    public void onNext(LeaseKeepAliveResponse response) {
      if (response.getTTL() <= 0 && !closing) {
        failure.compareAndSet(null, new IllegalStateException("a lease was gone"));
      }
      kept.incrementAndGet();
    }
  }
}
