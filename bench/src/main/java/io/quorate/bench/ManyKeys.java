package io.quorate.bench;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.quorate.api.KVGrpc;
import io.quorate.api.PutRequest;
import io.quorate.api.PutResponse;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/// Puts to a million keys, which h2load cannot do: an own generator on grpc-java, used for both
/// systems. Its own CPU time is in no figure, but it shares the machine.
final class ManyKeys {
  static final int KEYS = 1_000_000;
  private static final int VALUE = 256;

  /// Has no common divisor with their number: so each comes once, in an order without locality.
  private static final int STRIDE = 618_033;

  private ManyKeys() {}

  static ByteString key(int number) {
    return ByteString.copyFromUtf8("key/%07d".formatted(number));
  }

  /// Puts random ones of them for some seconds.
  static Load.Result putRandom(ManagedChannel channel, int inFlight, int seconds)
      throws InterruptedException {
    var random = new Random(42);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    return put(channel, inFlight, () -> System.nanoTime() < end, () -> random.nextInt(KEYS));
  }

  /// Puts each of them once.
  static Load.Result putAll(ManagedChannel channel, int inFlight) throws InterruptedException {
    var next = new AtomicInteger();
    return put(
        channel,
        inFlight,
        () -> next.get() < KEYS,
        () -> (int) ((long) next.getAndIncrement() * STRIDE % KEYS));
  }

  private static Load.Result put(
      ManagedChannel channel, int inFlight, BooleanSupplier goesOn, IntSupplier keys)
      throws InterruptedException {
    var value = ByteString.copyFrom(new byte[VALUE]);
    var permits = new Semaphore(inFlight);
    var micros = new long[4_000_000];
    var count = new AtomicInteger();
    var failure = new AtomicReference<Throwable>();
    long start = System.nanoTime();
    var options = CallOptions.DEFAULT.withExecutor(MoreExecutors.directExecutor());
    while (goesOn.getAsBoolean() && failure.get() == null) {
      permits.acquire();
      var key = key(keys.getAsInt());
      long asked = System.nanoTime();
      ClientCalls.asyncUnaryCall(
          channel.newCall(KVGrpc.getPutMethod(), options),
          PutRequest.newBuilder().setKey(key).setValue(value).build(),
          new StreamObserver<PutResponse>() {
            @Override
            public void onNext(PutResponse response) {
              micros[count.getAndIncrement()] = (System.nanoTime() - asked) / 1_000;
            }

            @Override
            public void onError(Throwable e) {
              failure.set(e);
              permits.release();
            }

            @Override
            public void onCompleted() {
              permits.release();
            }
          });
    }
    permits.acquire(inFlight);
    if (failure.get() != null) {
      throw new IllegalStateException("a put failed", failure.get());
    }
    double took = (System.nanoTime() - start) / 1e9;
    return Load.of(Arrays.copyOf(micros, count.get()), took);
  }
}
