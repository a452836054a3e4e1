package io.quorate.cli.compare;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.quorate.api.KVGrpc;
import io.quorate.api.PutRequest;
import io.quorate.api.RangeRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Clients of a real node that ask for the same again and again, each as soon as it has its answer.
///
/// @param <Q> what they ask for
final class RealLoad<Q extends MessageLite> {
  /// @param perSecond answers per second
  /// @param p50 milliseconds
  /// @param p99 milliseconds
  record Result(double perSecond, double p50, double p99) {}

  private static final int KEYS = 10_000;
  private static final int VALUE = 256;
  private static final int LAST_ANSWERS_SECONDS = 30;
  private static final double NANOS_PER_MILLI = 1e6;

  private final ManagedChannel channel;
  private final MethodDescriptor<Q, ?> method;
  private final LongFunction<Q> requests;
  private final int clients;

  private long[] took = new long[1 << 16];
  private int count;

  private RealLoad(
      ManagedChannel channel,
      MethodDescriptor<Q, ?> method,
      LongFunction<Q> requests,
      int clients) {
    this.channel = channel;
    this.method = method;
    this.requests = requests;
    this.clients = clients;
  }

  private static ByteString key(long number) {
    return ByteString.copyFromUtf8("key/" + number * 7919 % KEYS);
  }

  /// Puts of 256 bytes, over ten thousand keys.
  static RealLoad<?> puts(ManagedChannel channel, int clients) {
    var value = ByteString.copyFrom(new byte[VALUE]);
    return new RealLoad<>(
        channel,
        KVGrpc.getPutMethod(),
        number -> PutRequest.newBuilder().setKey(key(number)).setValue(value).build(),
        clients);
  }

  /// Gets of one key each.
  static RealLoad<?> gets(ManagedChannel channel, int clients, boolean serializable) {
    return new RealLoad<>(
        channel,
        KVGrpc.getRangeMethod(),
        number ->
            RangeRequest.newBuilder().setKey(key(number)).setSerializable(serializable).build(),
        clients);
  }

  /// Goes on for so long.
  ///
  /// @throws IOException if a call failed
  Result run(Duration length) throws IOException, InterruptedException {
    count = 0;
    var failure = new AtomicReference<@Nullable Throwable>();
    var left = new CountDownLatch(clients);
    long start = System.nanoTime();
    long end = start + length.toNanos();
    for (int i = 0; i < clients; i++) {
      new Client(i, end, failure, left).ask();
    }
    if (!left.await(length.toSeconds() + LAST_ANSWERS_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("a node does not answer");
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    var failed = failure.get();
    if (failed != null) {
      throw new IOException("a call failed under load: " + failed.getMessage(), failed);
    }
    return result(seconds);
  }

  private synchronized Result result(double seconds) throws IOException {
    if (count == 0) {
      throw new IOException("no call was answered");
    }
    var sorted = Arrays.copyOf(took, count);
    Arrays.sort(sorted);
    return new Result(
        count / seconds,
        sorted[count / 2] / NANOS_PER_MILLI,
        sorted[(int) (count * 0.99)] / NANOS_PER_MILLI);
  }

  private synchronized void answered(long nanos) {
    if (count == took.length) {
      took = Arrays.copyOf(took, 2 * count);
    }
    took[count++] = nanos;
  }

  /// One client. Its calls follow each other on the connection's thread.
  private final class Client {
    private final long end;
    private final AtomicReference<@Nullable Throwable> failure;
    private final CountDownLatch left;
    private long number;

    Client(int place, long end, AtomicReference<@Nullable Throwable> failure, CountDownLatch left) {
      this.number = (long) place * KEYS;
      this.end = end;
      this.failure = failure;
      this.left = left;
    }

    void ask() {
      ask(method);
    }

    private <A> void ask(MethodDescriptor<Q, A> called) {
      long asked = System.nanoTime();
      ClientCalls.asyncUnaryCall(
          channel.newCall(called, CallOptions.DEFAULT.withExecutor(MoreExecutors.directExecutor())),
          requests.apply(number++),
          new StreamObserver<A>() {
            @Override
            public void onNext(A answer) {
              answered(System.nanoTime() - asked);
            }

            @Override
            public void onError(Throwable e) {
              failure.compareAndSet(null, e);
              left.countDown();
            }

            @Override
            public void onCompleted() {
              if (System.nanoTime() < end && failure.get() == null) {
                ask();
              } else {
                left.countDown();
              }
            }
          });
    }
  }
}
