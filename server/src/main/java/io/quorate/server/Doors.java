package io.quorate.server;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.quorate.node.Rpcs;
import io.quorate.server.config.Endpoint;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.http.Health;
import io.quorate.server.http.HealthCounts;
import io.quorate.server.http.HttpDoor;
import io.quorate.server.http.HttpPages;
import io.quorate.server.http.HttpPort;
import io.quorate.server.rpc.ClientPort;
import io.quorate.server.rpc.RpcCounters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where clients come in, and whoever watches the node.
final class Doors {
  private static final long CLOSE_MILLIS = 1_000;

  private final ServerConfig config;
  private final EventLoopGroup loops;
  private final NodeLoop loop;
  private final RpcCounters calls = new RpcCounters();
  private final HealthCounts probes = new HealthCounts();
  private final List<HttpPort> pages = new ArrayList<>();

  /// Connections that speak HTTP/1, at whichever port; closed once, it closes what still comes.
  private final ChannelGroup http1;

  private @Nullable ClientPort grpc;

  Doors(ServerConfig config, EventLoopGroup loops, NodeLoop loop) {
    this.config = config;
    this.loops = loops;
    this.loop = loop;
    this.http1 = new DefaultChannelGroup(loops.next(), true);
  }

  /// @param metrics writes all metrics as Prometheus reads them
  /// @throws IOException if an address cannot be listened on; the message names it
  void open(Rpcs rpcs, Health health, Supplier<String> metrics) throws IOException {
    var toWatch = HttpPages.toWatch(health, probes, metrics);
    var all = toWatch.withVersion(health, Version.QUORATE, Version.ETCD_API);
    openGrpc(rpcs, config.listenHttp().isEmpty() ? all : null);
    openPages("clients that speak plain HTTP", config.listenHttp(), all);
    openPages("who watches this node", config.listenMetrics(), toWatch);
  }

  /// @param http pages for who speaks HTTP/1 there; null if they are shown elsewhere
  private void openGrpc(Rpcs rpcs, @Nullable HttpPages http) throws IOException {
    var opened =
        new ClientPort(
            Addresses.toBind(config.listenClient()),
            new ClientPort.Limits(
                config.maxRequestBytes(), config.maxStreams(), config.keepalive()),
            new ClientPort.Parts(
                loops,
                Sockets.ofThisMachine().serverType(),
                rpcs,
                calls,
                loop::take,
                () -> http == null ? List.of() : HttpDoor.handlers(http, loop::take, http1),
                // Netty takes as much memory outside the heap as the heap may have.
                Runtime.getRuntime().maxMemory() / 4));
    try {
      opened.start();
    } catch (IOException e) {
      throw Addresses.cannotListen("clients", config.listenClient(), e);
    }
    grpc = opened;
  }

  private void openPages(String whom, List<Endpoint> at, HttpPages shown) throws IOException {
    var port = new HttpPort(loops, Sockets.ofThisMachine().serverType(), shown, loop::take, http1);
    pages.add(port);
    try {
      port.listen(Addresses.toBind(at));
    } catch (IOException e) {
      throw Addresses.cannotListen(whom, at, e);
    }
  }

  RpcCounters calls() {
    return calls;
  }

  HealthCounts probes() {
    return probes;
  }

  /// How many connections speak gRPC.
  int clients() {
    return grpc == null ? 0 : grpc.clients();
  }

  /// Clients are served from now on, says gRPC's health service.
  void serving() {
    if (grpc != null) {
      grpc.serving();
    }
  }

  /// See [ClientPort#shutDown].
  void shutDown() {
    if (grpc != null) {
      grpc.shutDown();
    }
  }

  /// See [ClientPort#endCalls].
  void endCalls() {
    if (grpc != null) {
      grpc.endCalls();
    }
  }

  /// Lets the last answers reach their clients, for a moment, and closes; no page is shown from
  /// then on. Off the loop.
  void close() throws InterruptedException {
    if (grpc != null) {
      grpc.stop();
    }
    pages.forEach(HttpPort::close);
    http1.close().await(CLOSE_MILLIS);
  }
}
