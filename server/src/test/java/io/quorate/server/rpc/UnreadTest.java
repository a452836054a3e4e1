package io.quorate.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.quorate.api.KVGrpc;
import io.quorate.api.RangeRequest;
import io.quorate.api.RangeResponse;
import io.quorate.api.RangeStreamResponse;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import io.quorate.node.Rpcs;
import io.quorate.node.StreamRpc;
import io.quorate.server.config.ServerConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Clients that do not read what they asked for.
class UnreadTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final int LIMIT = 3 * MEBIBYTE;
  private static final int PART = MEBIBYTE / 2;
  private static final int STREAMS = 20;

  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final AtomicLong sent = new AtomicLong();
  private ClientPort port;
  private ManagedChannel channel;

  @BeforeEach
  void open() throws Exception {
    InetSocketAddress at;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      at = new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
    }
    Rpc range = (metadata, request, reply) -> reply.done(answerTo(request));
    StreamRpc parts = (metadata, responses) -> new Sender(responses);
    var rpcs =
        new Rpcs(
            Map.of("etcdserverpb.KV/Range", range), Map.of("etcdserverpb.KV/RangeStream", parts));
    port =
        new ClientPort(
            List.of(at),
            new ClientPort.Limits(
                MEBIBYTE,
                100,
                new ServerConfig.Keepalive(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(20))),
            new ClientPort.Parts(
                loop,
                NioServerSocketChannel.class,
                rpcs,
                new RpcCounters(),
                Runnable::run,
                List::of,
                LIMIT));
    port.start();
    // A small window, so that what the client does not read waits at the server.
    channel = NettyChannelBuilder.forAddress(at).usePlaintext().flowControlWindow(64 << 10).build();
  }

  /// As long as the request's limit says.
  private static Bytes answerTo(Bytes request) {
    try {
      int length = (int) RangeRequest.parseFrom(request.asByteBuffer()).getLimit();
      var padding = ByteString.copyFrom(new byte[length]);
      return Bytes.of(
          RangeResponse.newBuilder()
              .addKvs(io.quorate.api.mvcc.KeyValue.newBuilder().setValue(padding))
              .build()
              .toByteArray());
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() throws Exception {
    channel.shutdownNow();
    port.stop();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  private static final class Asked extends ClientCall.Listener<RangeResponse> {
    final CompletableFuture<Metadata> answered = new CompletableFuture<>();
    final CompletableFuture<Status> status = new CompletableFuture<>();

    @Override
    public void onHeaders(Metadata headers) {
      answered.complete(headers);
    }

    @Override
    public void onClose(Status closed, Metadata trailers) {
      status.complete(closed);
    }

    Status.Code code() throws Exception {
      return status.get(10, TimeUnit.SECONDS).getCode();
    }
  }

  private ClientCall<RangeRequest, RangeResponse> ask(int length, Asked asked, boolean reads) {
    var call = channel.newCall(KVGrpc.getRangeMethod(), CallOptions.DEFAULT);
    call.start(asked, new Metadata());
    if (reads) {
      call.request(1);
    }
    call.sendMessage(RangeRequest.newBuilder().setLimit(length).build());
    call.halfClose();
    return call;
  }

  @Test
  void largeAnswersAreRefusedWhileTooManyWaitAndSmallOnesAreNot() throws Exception {
    var unread = new Asked();
    var first = ask(2 * MEBIBYTE, unread, false);
    unread.answered.get(10, TimeUnit.SECONDS);
    var refused = new Asked();
    ask(2 * MEBIBYTE, refused, true);
    assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);

    var small = new Asked();
    ask(100, small, true);
    assertThat(small.code()).isEqualTo(Status.Code.OK);

    first.cancel("given up", null);
    var again = new Asked();
    ask(100, again, true);
    assertThat(again.code()).isEqualTo(Status.Code.OK);
    var large = new Asked();
    ask(2 * MEBIBYTE, large, true);
    assertThat(large.code()).isEqualTo(Status.Code.OK);
  }

  /// Sends parts for as long as its client reads them.
  private final class Sender implements StreamRpc.Requests {
    private final StreamRpc.Responses responses;

    Sender(StreamRpc.Responses responses) {
      this.responses = responses;
      responses.request();
    }

    @Override
    public void request(Bytes request) {
      ready();
    }

    @Override
    public void ready() {
      if (responses.isReady()) {
        responses.send(Bytes.of(new byte[PART]));
        sent.addAndGet(PART);
      }
    }

    @Override
    public void ended() {}

    @Override
    public void cancelled() {}
  }

  private ClientCall<RangeRequest, RangeStreamResponse> stream() {
    var call = channel.newCall(KVGrpc.getRangeStreamMethod(), CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {}, new Metadata());
    call.sendMessage(RangeRequest.getDefaultInstance());
    call.halfClose();
    return call;
  }

  private void awaitSent(long bytes) throws InterruptedException {
    for (int i = 0; i < 1_000 && sent.get() < bytes; i++) {
      Thread.sleep(10);
    }
    assertThat(sent.get()).isGreaterThanOrEqualTo(bytes);
  }

  /// Each takes one part in any case; together they take little more than the limit, and who found
  /// it full goes on once there is room.
  @Test
  void streamsWaitWhileTooMuchIsUnread() throws Exception {
    var calls = new ArrayList<ClientCall<?, ?>>();
    for (int i = 0; i < STREAMS; i++) {
      calls.add(stream());
    }
    awaitSent(LIMIT + PART);
    var ordered = new Asked();
    ask(100, ordered, true); // what came before it has been taken in
    assertThat(ordered.code()).isEqualTo(Status.Code.OK);
    assertThat(sent.get()).isEqualTo(LIMIT + PART);

    calls.subList(0, STREAMS / 2).forEach(call -> call.cancel("given up", null));
    awaitSent(LIMIT + 2 * PART);
  }
}
