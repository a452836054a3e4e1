package io.quorate.server.warmup;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.quorate.api.Compare;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.KVGrpc;
import io.quorate.api.PutRequest;
import io.quorate.api.RangeRequest;
import io.quorate.api.RequestOp;
import io.quorate.api.TxnRequest;
import io.quorate.api.WatchCreateRequest;
import io.quorate.api.WatchGrpc;
import io.quorate.api.WatchRequest;
import io.quorate.api.WatchResponse;
import io.quorate.consensus.wire.Bytes;
import io.quorate.server.rpc.BytesMarshaller;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Clients of all nodes, each with a request as soon as it has its answer, of the kinds that are
/// most frequent; and a watcher of every tenth key.
///
/// They cost as little as they can, for what they take the servers do not get: requests are made
/// once, and answers not read.
final class WarmUpLoad implements AutoCloseable {
  private static final int IN_FLIGHT = 32;

  /// Most of them are not in the cache of the newest.
  private static final int KEYS = 4_096;

  private static final int LAST_ANSWERS_MILLIS = 200;

  private record Request(MethodDescriptor<Bytes, Bytes> method, Bytes bytes) {}

  private final List<ManagedChannel> channels;
  private final List<Request> requests = new ArrayList<>();
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();

  /// @param ports where the nodes listen
  WarmUpLoad(List<Integer> ports) {
    channels =
        ports.stream()
            .map(port ->
                NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .directExecutor()
                    .build())
            .toList();
    for (int i = 0; i < KEYS; i++) {
      requests.add(request(i));
    }
  }

  private static ByteString key(int number) {
    return ByteString.copyFromUtf8("%d/%d".formatted(number % 10, number * 7919 % KEYS));
  }

  private static Request request(int number) {
    var key = key(number);
    var put = PutRequest.newBuilder().setKey(key).setValue(ByteString.copyFrom(new byte[256]));
    var get = RangeRequest.newBuilder().setKey(key);
    return switch (number % 16) {
      case 0 -> of(KVGrpc.getDeleteRangeMethod(), DeleteRangeRequest.newBuilder().setKey(key));
      case 1 ->
          of(
              KVGrpc.getRangeMethod(),
              RangeRequest.newBuilder()
                  .setKey(ByteString.copyFromUtf8("1/"))
                  .setRangeEnd(ByteString.copyFromUtf8("10"))
                  .setLimit(20));
      case 2 ->
          of(
              KVGrpc.getTxnMethod(),
              TxnRequest.newBuilder()
                  .addCompare(
                      Compare.newBuilder()
                          .setKey(key)
                          .setTarget(Compare.CompareTarget.VERSION)
                          .setResult(Compare.CompareResult.EQUAL))
                  .addSuccess(RequestOp.newBuilder().setRequestPut(put))
                  .addFailure(RequestOp.newBuilder().setRequestRange(get)));
      case 3, 4, 5, 6 -> of(KVGrpc.getRangeMethod(), get);
      case 7 -> of(KVGrpc.getRangeMethod(), get.setSerializable(true));
      default -> of(KVGrpc.getPutMethod(), put);
    };
  }

  private static Request of(MethodDescriptor<?, ?> method, MessageLite.Builder message) {
    return new Request(
        MethodDescriptor.newBuilder(BytesMarshaller.INSTANCE, BytesMarshaller.INSTANCE)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method.getFullMethodName())
            .build(),
        Bytes.of(message.build().toByteArray()));
  }

  /// @param end on the clock of [System#nanoTime]
  /// @return how many calls were answered
  long run(long end) throws InterruptedException {
    watch();
    var over = new CountDownLatch(IN_FLIGHT);
    for (int client = 0; client < IN_FLIGHT; client++) {
      ask(channels.get(client % channels.size()), end, over);
    }
    long rest = end - System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_ANSWERS_MILLIS);
    over.await(rest, TimeUnit.NANOSECONDS); // who has no answer by then gets none
    return answered.get();
  }

  private void watch() {
    WatchGrpc.newStub(channels.getFirst())
        .watch(
            new StreamObserver<>() {
              @Override
              public void onNext(WatchResponse response) {}

              @Override
              public void onError(Throwable e) {}

              @Override
              public void onCompleted() {}
            })
        .onNext(
            WatchRequest.newBuilder()
                .setCreateRequest(
                    WatchCreateRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("0/"))
                        .setRangeEnd(ByteString.copyFromUtf8("00")))
                .build());
  }

  /// Asks, and once there is an answer again.
  ///
  /// @param over counts down once the time is up, or there is no answer
  private void ask(ManagedChannel channel, long end, CountDownLatch over) {
    var request = requests.get((int) (asked.getAndIncrement() % KEYS));
    var options = CallOptions.DEFAULT.withExecutor(MoreExecutors.directExecutor());
    ClientCalls.asyncUnaryCall(
        channel.newCall(request.method, options),
        request.bytes,
        new StreamObserver<>() {
          @Override
          public void onNext(Bytes response) {
            answered.incrementAndGet();
          }

          @Override
          public void onError(Throwable e) {
            over.countDown();
          }

          @Override
          public void onCompleted() {
            if (System.nanoTime() - end < 0) {
              ask(channel, end, over);
            } else {
              over.countDown();
            }
          }
        });
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
