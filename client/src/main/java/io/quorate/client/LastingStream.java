package io.quorate.client;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A stream of requests and answers that is opened anew at the next address when a node or the way
/// to it fails. Before the first answer of all each address gets one try.
///
/// All that happens to it happens one after the other, in its context.
abstract class LastingStream<Q, A> implements AutoCloseable {
  private static final long FIRST_PAUSE = 50;
  private static final long LONGEST_PAUSE = 2_000;

  /// Ends the stream also where the node answers but has lost the others.
  private static final Metadata NEEDS_LEADER = new Metadata();

  static {
    NEEDS_LEADER.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
  }

  private final SynchronizationContext context = new SynchronizationContext(this::broken);
  private final Endpoints endpoints;
  private final Duration patience;

  private @Nullable Attempt attempt;
  private int address;
  private int failures;
  private boolean everAnswered;
  private boolean over;
  private SynchronizationContext.@Nullable ScheduledHandle deadline;

  /// @param patience how long an expected answer may take
  LastingStream(Endpoints endpoints, Duration patience) {
    this.endpoints = endpoints;
    this.patience = patience;
    address = endpoints.preferred();
  }

  /// Opens the call.
  abstract void call(Channel channel, StreamObserver<A> answers);

  /// What is to be said first, each time it is open.
  abstract void opened();

  abstract void answered(A answer);

  abstract void interrupted(QuorateException failure);

  abstract void ended(QuorateException failure);

  static <S extends AbstractStub<S>> S needingLeader(S stub) {
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(NEEDS_LEADER));
  }

  final void begin() {
    context.execute(this::open);
  }

  final void run(Runnable task) {
    context.execute(() -> {
      if (!over) {
        task.run();
      }
    });
  }

  private void open() {
    if (over) {
      return;
    }
    var mine = new Attempt();
    attempt = mine;
    call(endpoints.channel(address), mine);
    opened();
  }

  /// In the context; lost if the stream is just not open.
  final void send(Q request) {
    if (attempt != null && attempt.requests != null) {
      attempt.requests.onNext(request);
    }
  }

  /// From now on an answer has to come in time, or the next address is tried.
  final void expectAnswer() {
    stopWaiting();
    var mine = attempt;
    deadline =
        context.schedule(
            () -> {
              if (mine != null) {
                mine.cancel();
                mine.over(
                    Status.UNAVAILABLE.withDescription(
                        "no answer within %s ms".formatted(patience.toMillis())));
              }
            },
            patience.toMillis(),
            TimeUnit.MILLISECONDS,
            endpoints.timer());
  }

  final void later(long millis, Runnable task) {
    var mine = attempt;
    context.schedule(
        () -> {
          if (!over && mine == attempt) {
            task.run();
          }
        },
        millis,
        TimeUnit.MILLISECONDS,
        endpoints.timer());
  }

  private void stopWaiting() {
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }

  /// In the context: ends it for good.
  final void end(QuorateException failure) {
    shut();
    ended(failure);
  }

  private void shut() {
    over = true;
    stopWaiting();
    if (attempt != null) {
      attempt.cancel();
      attempt = null;
    }
  }

  private void failed(Status status) {
    attempt = null;
    stopWaiting();
    failures++;
    address = (address + 1) % endpoints.names().size();
    var failure = Endpoints.failure(status.asRuntimeException(), false);
    var code = status.getCode();
    boolean passing = code == Status.Code.UNAVAILABLE || code == Status.Code.INTERNAL;
    if (!passing
        || endpoints.timer().isShutdown()
        || (!everAnswered && failures >= endpoints.names().size())) {
      over = true;
      ended(failure);
      return;
    }
    interrupted(failure);
    long pause = everAnswered ? Math.min(FIRST_PAUSE << Math.min(failures, 10), LONGEST_PAUSE) : 0;
    context.schedule(this::open, pause, TimeUnit.MILLISECONDS, endpoints.timer());
  }

  /// A listener threw.
  private void broken(Thread thread, Throwable e) {
    shut();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
  }

  /// Ends it. A call of the listener may still be under way; no more begin.
  @Override
  public final void close() {
    context.execute(this::shut);
  }

  /// One call. What comes of it when another has taken its place is not heard.
  private final class Attempt implements ClientResponseObserver<Q, A> {
    private @Nullable ClientCallStreamObserver<Q> requests;

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> stream) {
      requests = stream;
      stream.disableAutoRequestWithInitial(1);
    }

    @Override
    public void onNext(A answer) {
      context.execute(() -> {
        if (attempt != this) {
          return;
        }
        everAnswered = true;
        failures = 0;
        endpoints.prefer(address);
        stopWaiting();
        answered(answer);
        if (requests != null) {
          requests.request(1);
        }
      });
    }

    @Override
    public void onError(Throwable e) {
      over(Status.fromThrowable(e));
    }

    @Override
    public void onCompleted() {
      over(Status.UNAVAILABLE.withDescription("the node ended the stream"));
    }

    void over(Status status) {
      context.execute(() -> {
        if (attempt == this) {
          failed(status);
        }
      });
    }

    void cancel() {
      if (requests != null) {
        requests.cancel("not wanted any more", null);
      }
    }
  }
}
