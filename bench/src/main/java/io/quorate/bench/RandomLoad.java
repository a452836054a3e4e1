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

/// Puts to random keys over a million, which h2load cannot do: an own generator on grpc-java, used
/// for both systems. Its own CPU time is in no figure, but it shares the machine.
final class RandomLoad {
  private static final int KEYS = 1_000_000;
  private static final int VALUE = 256;

  private RandomLoad() {}

  static Load.Result puts(ManagedChannel channel, int inFlight, int seconds)
      throws InterruptedException {
    var random = new Random(42);
    var value = ByteString.copyFrom(new byte[VALUE]);
    var permits = new Semaphore(inFlight);
    var micros = new long[4_000_000];
    var count = new AtomicInteger();
    var failure = new AtomicReference<Throwable>();
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    var options = CallOptions.DEFAULT.withExecutor(MoreExecutors.directExecutor());
    while (System.nanoTime() < end && failure.get() == null) {
      permits.acquire();
      var key = ByteString.copyFromUtf8("key/%07d".formatted(random.nextInt(KEYS)));
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
