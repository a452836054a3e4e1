package io.quorate.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.quorate.api.KVGrpc;
import io.quorate.api.RangeRequest;
import io.quorate.api.RangeResponse;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import io.quorate.node.Rpcs;
import io.quorate.node.StreamRpc;
import io.quorate.server.config.ServerConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of calls when the server is told to stop.
class OpenCallsTest {
  private static final String STOPPED = "etcdserver: server stopped";

  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final RpcCounters counters = new RpcCounters();
  private final LinkedBlockingQueue<Rpc.Reply> asked = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<StreamRpc.Responses> streams = new LinkedBlockingQueue<>();
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private ClientPort port;
  private ManagedChannel channel;

  @BeforeEach
  void open() throws Exception {
    InetSocketAddress at;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      at = new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
    }
    Rpc range = (metadata, request, reply) -> asked.add(reply);
    StreamRpc watch =
        (metadata, responses) -> {
          streams.add(responses);
          return new Silent();
        };
    port =
        new ClientPort(
            List.of(at),
            new ClientPort.Limits(
                1 << 20,
                100,
                new ServerConfig.Keepalive(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(20))),
            new ClientPort.Parts(
                loop,
                NioServerSocketChannel.class,
                new Rpcs(
                    Map.of("etcdserverpb.KV/Range", range),
                    Map.of("etcdserverpb.KV/RangeStream", watch)),
                counters,
                Runnable::run,
                List::of,
                1 << 20));
    port.start();
    channel = NettyChannelBuilder.forAddress(at).usePlaintext().build();
  }

  @AfterEach
  void close() throws Exception {
    channel.shutdownNow();
    port.stop();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  private final class Silent implements StreamRpc.Requests {
    @Override
    public void request(Bytes request) {}

    @Override
    public void ready() {}

    @Override
    public void ended() {}

    @Override
    public void cancelled() {
      cancelled.countDown();
    }
  }

  private <T> CompletableFuture<Status> call(MethodDescriptor<RangeRequest, T> method) {
    var end = new CompletableFuture<Status>();
    var call = channel.newCall(method, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage(RangeRequest.getDefaultInstance());
    call.halfClose();
    return end;
  }

  private static Status ended(CompletableFuture<Status> call) throws Exception {
    return call.get(10, TimeUnit.SECONDS);
  }

  private static void wasStopped(CompletableFuture<Status> call) throws Exception {
    assertThat(ended(call).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(ended(call).getDescription()).isEqualTo(STOPPED);
  }

  private void onLoop(Runnable task) throws Exception {
    loop.submit(task).get(10, TimeUnit.SECONDS);
  }

  @Test
  void whatIsUnderWayIsAnswered() throws Exception {
    var call = call(KVGrpc.getRangeMethod());
    var reply = asked.poll(10, TimeUnit.SECONDS);
    onLoop(() -> assertThat(counters.unanswered()).isEqualTo(1));
    port.shutDown();
    onLoop(() -> reply.done(Bytes.of(RangeResponse.getDefaultInstance().toByteArray())));
    assertThat(ended(call).getCode()).isEqualTo(Status.Code.OK);
    onLoop(() -> assertThat(counters.unanswered()).isZero());
  }

  @Test
  void streamsEnd() throws Exception {
    var stream = call(KVGrpc.getRangeStreamMethod());
    assertThat(streams.poll(10, TimeUnit.SECONDS)).isNotNull();
    port.shutDown();
    onLoop(port::endCalls);
    wasStopped(stream);
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).as("what it held is let go").isTrue();
  }

  @Test
  void whatComesLaterIsToldSo() throws Exception {
    onLoop(port::endCalls);
    wasStopped(call(KVGrpc.getRangeMethod()));
    wasStopped(call(KVGrpc.getRangeStreamMethod()));
    assertThat(asked).isEmpty();
    assertThat(streams).isEmpty();
  }
}
