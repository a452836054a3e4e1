package io.quorate.server.rpc;

import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.quorate.node.Rpcs;
import io.quorate.node.etcd.EtcdServices;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Where clients connect: gRPC, and plain HTTP for what has no gRPC, on one port and on the node's
/// own loop.
public final class ClientPort {
  private static final int METADATA_BYTES = 64 << 10;
  private static final int WINDOW_BYTES = 1 << 20;

  /// What is read of one connection before a turn: bounds the calls that a turn has to wait for,
  /// and with it how long other nodes do.
  private static final int READ_BYTES = 32 << 10;

  private final Server server;
  private final HealthStatusManager health = new HealthStatusManager();
  private final RpcCounters counters = new RpcCounters();
  private final AtomicInteger clients = new AtomicInteger();

  /// What a port is made of.
  ///
  /// @param loop the node's loop, for sockets and calls alike
  /// @param rpcs what the node offers, by full method name
  /// @param node takes calls in, within the call
  /// @param http puts what speaks HTTP/1 behind the given place of a pipeline
  /// @param unreadBytes of answers that may wait for their clients before large ones are refused
  public record Parts(
      EventLoopGroup loop,
      Class<? extends ServerChannel> channelType,
      Rpcs rpcs,
      Executor node,
      Consumer<ChannelHandlerContext> http,
      long unreadBytes) {}

  /// @param maxRequestBytes see the flag `--max-request-bytes`
  public ClientPort(List<SocketAddress> addresses, int maxRequestBytes, Parts parts) {
    var builder =
        NettyServerBuilder.forAddress(addresses.getFirst())
            .bossEventLoopGroup(parts.loop)
            .workerEventLoopGroup(parts.loop)
            .channelType(parts.channelType)
            .directExecutor()
            .withOption(ChannelOption.SO_REUSEADDR, true)
            .withChildOption(ChannelOption.TCP_NODELAY, true)
            .withChildOption(ChannelOption.RECVBUF_ALLOCATOR, oneRead())
            .protocolNegotiator(new FirstBytes(parts.http))
            .maxInboundMessageSize(maxRequestBytes + EtcdServices.MESSAGE_OVERHEAD)
            .maxInboundMetadataSize(METADATA_BYTES)
            .flowControlWindow(WINDOW_BYTES)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(2, TimeUnit.HOURS)
            .keepAliveTimeout(20, TimeUnit.SECONDS);
    addresses.stream().skip(1).forEach(builder::addListenAddress);
    new RpcServices(parts.node, counters, new Unread(parts.unreadBytes))
        .define(EtcdServices.SERVICES, parts.rpcs)
        .forEach(builder::addService);
    server =
        builder
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance())
            .addService(olderReflection())
            .addTransportFilter(new ConnectionCounter())
            .build();
    serving(false);
  }

  private static RecvByteBufAllocator oneRead() {
    // Of a fixed size: a guess that is too small would spread over several turns what waits here.
    return new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1);
  }

  public void start() throws IOException {
    server.start();
  }

  /// What gRPC's health service answers.
  public void serving(boolean now) {
    health.setStatus("", now ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  private final class ConnectionCounter extends ServerTransportFilter {
    @Override
    public Attributes transportReady(Attributes attributes) {
      clients.incrementAndGet();
      return attributes;
    }

    @Override
    public void transportTerminated(Attributes attributes) {
      clients.decrementAndGet();
    }
  }

  /// How many connections speak gRPC.
  public int clients() {
    return clients.get();
  }

  public RpcCounters counters() {
    return counters;
  }

  /// Takes no further calls, and gives those under way a moment. Off the loop.
  public void stop() throws InterruptedException {
    health.enterTerminalState();
    server.shutdown();
    if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
      server.shutdownNow();
      server.awaitTermination(2, TimeUnit.SECONDS);
    }
  }

  /// What etcd's and most other tools still ask for: v1alpha, which gRPC has renamed to v1 since.
  @SuppressWarnings("deprecation")
  private static BindableService olderReflection() {
    return ProtoReflectionService.newInstance();
  }
}
