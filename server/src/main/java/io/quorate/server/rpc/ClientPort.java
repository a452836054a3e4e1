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
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.quorate.node.Rpcs;
import io.quorate.node.etcd.EtcdServices;
import io.quorate.server.config.ServerConfig;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

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
  private final AtomicInteger clients = new AtomicInteger();
  private final OpenCalls open = new OpenCalls();

  /// What a port is made of.
  ///
  /// @param loop the node's loop, for sockets and calls alike
  /// @param rpcs what the node offers, by full method name
  /// @param counters of those calls
  /// @param node takes calls in, within the call
  /// @param http what makes a connection speak HTTP/1; empty if it is closed instead
  /// @param unreadBytes of answers that may wait for their clients before large ones are refused
  public record Parts(
      EventLoopGroup loop,
      Class<? extends ServerChannel> channelType,
      Rpcs rpcs,
      RpcCounters counters,
      Executor node,
      Supplier<List<ChannelHandler>> http,
      long unreadBytes) {}

  /// What a port lets clients do, by the flags of the same names.
  ///
  /// @param maxStreams calls that one connection may have open
  public record Limits(int maxRequestBytes, long maxStreams, ServerConfig.Keepalive keepalive) {}

  public ClientPort(List<SocketAddress> addresses, Limits limits, Parts parts) {
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
            .maxInboundMessageSize(limits.maxRequestBytes + EtcdServices.MESSAGE_OVERHEAD)
            .maxInboundMetadataSize(METADATA_BYTES)
            .flowControlWindow(WINDOW_BYTES)
            .maxConcurrentCallsPerConnection((int) Math.min(limits.maxStreams, Integer.MAX_VALUE))
            .permitKeepAliveTime(limits.keepalive.minTime().toNanos(), TimeUnit.NANOSECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(interval(limits.keepalive), TimeUnit.NANOSECONDS)
            .keepAliveTimeout(limits.keepalive.timeout().toNanos(), TimeUnit.NANOSECONDS);
    addresses.stream().skip(1).forEach(builder::addListenAddress);
    new RpcServices(
            parts.node, parts.counters, new Unread(parts.unreadBytes, parts.loop.next()), open)
        .define(EtcdServices.SERVICES, parts.rpcs)
        .forEach(builder::addService);
    server =
        builder
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance())
            .addService(olderReflection())
            .addTransportFilter(new ConnectionCounter())
            .build();
    health.setStatus("", ServingStatus.NOT_SERVING);
  }

  /// gRPC takes the longest time for never.
  private static long interval(ServerConfig.Keepalive keepalive) {
    return keepalive.interval().isZero() ? Long.MAX_VALUE : keepalive.interval().toNanos();
  }

  private static RecvByteBufAllocator oneRead() {
    // Of a fixed size: a guess that is too small would spread over several turns what waits here.
    return new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1);
  }

  public void start() throws IOException {
    server.start();
  }

  /// Clients are served from now on, says gRPC's health service.
  public void serving() {
    health.setStatus("", ServingStatus.SERVING);
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

  /// Takes no further connections, and asks clients to go elsewhere; calls are still answered.
  public void shutDown() {
    health.enterTerminalState();
    server.shutdown();
  }

  /// Ends all streams, and tells whatever call still comes that the server has stopped. On the
  /// loop.
  public void endCalls() {
    open.end();
  }

  /// Lets the last answers reach their clients, for a moment, and closes. Off the loop.
  public void stop() throws InterruptedException {
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
