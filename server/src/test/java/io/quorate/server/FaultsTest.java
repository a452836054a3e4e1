package io.quorate.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.group.DefaultChannelGroup;
import io.quorate.api.KVGrpc;
import io.quorate.api.PutRequest;
import io.quorate.consensus.InvariantException;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Network;
import io.quorate.node.Rpc;
import io.quorate.node.Rpcs;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.http.Health;
import io.quorate.server.http.HealthCounts;
import io.quorate.server.http.HttpDoor;
import io.quorate.server.http.HttpPages;
import io.quorate.server.net.NettyNetwork;
import io.quorate.server.rpc.ClientPort;
import io.quorate.server.rpc.RpcCounters;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A fault of the node itself ends it, through whichever door it was called; one in a page, which
/// only reads, does not.
class FaultsTest {
  private final EventLoopGroup loops = Sockets.ofThisMachine().newLoop("faults");
  private final SingleThreadEventLoop loop = (SingleThreadEventLoop) loops.next();
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private final NodeLoop nodeLoop =
      new NodeLoop(
          loop,
          new NodeLoop.Turns() {
            @Override
            public boolean turn() {
              return false;
            }

            @Override
            public long nextDeadline() {
              return Long.MAX_VALUE;
            }
          },
          failures::add);

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static InetSocketAddress freeAddress() throws Exception {
    try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new InetSocketAddress(probe.getInetAddress(), probe.getLocalPort());
    }
  }

  private static InvariantException fault() {
    return new InvariantException("two votes in one term");
  }

  private void theNodeEnds() throws InterruptedException {
    assertThat(failures.poll(10, TimeUnit.SECONDS)).isInstanceOf(InvariantException.class);
  }

  // Other nodes

  private static final class Faulty implements Network.Owner {
    @Override
    public Bytes hello(long to) {
      return Bytes.EMPTY;
    }

    @Override
    public void greeted(Bytes hello, Network.Greeting greeting) {
      greeting.accept(7, Bytes.EMPTY);
    }

    @Override
    public boolean answered(long from, Bytes answer) {
      return true;
    }

    @Override
    public void received(long from, Bytes frame) {
      throw fault();
    }

    @Override
    public void broken(long node) {}

    @Override
    public void refused(long node) {}
  }

  @Test
  void inAFrameOfAnotherNode() throws Exception {
    var sockets = Sockets.ofThisMachine();
    var network =
        new NettyNetwork(
            new NettyNetwork.Sockets(
                loop, sockets.clientType(), sockets.serverType(), channel -> {}),
            new NettyNetwork.Patience(5_000, 2_000));
    var at = freeAddress();
    network.start(new LoopOwner(nodeLoop, new Faulty()), List.of(at), Map.of());
    try (var socket = new Socket(at.getAddress(), at.getPort())) {
      var out = new DataOutputStream(socket.getOutputStream());
      out.write(new byte[] {0, 0, 0, 1, 'h'});
      assertThat(socket.getInputStream().readNBytes(4)).containsExactly(0, 0, 0, 0);
      out.write(new byte[] {0, 0, 0, 1, 'f'});
      out.flush();
      theNodeEnds();
    }
  }

  // Clients

  private ClientPort clientPort(InetSocketAddress at) throws Exception {
    Rpc faulty =
        (metadata, request, reply) -> {
          throw fault();
        };
    var health =
        new Health() {
          @Override
          public boolean hasLeader() {
            throw fault();
          }

          @Override
          public boolean hasBegun() {
            throw fault();
          }

          @Override
          public boolean isLearner() {
            throw fault();
          }

          @Override
          public List<String> alarms() {
            throw fault();
          }

          @Override
          public @Nullable String outOfService() {
            throw fault();
          }

          @Override
          public void read(boolean linearizable, Result result) {
            throw fault();
          }
        };
    var pages = HttpPages.toWatch(health, new HealthCounts(), () -> "");
    var open = new DefaultChannelGroup(loop);
    var port =
        new ClientPort(
            List.of(at),
            new ClientPort.Limits(
                1 << 20,
                100,
                new ServerConfig.Keepalive(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(20))),
            new ClientPort.Parts(
                loops,
                Sockets.ofThisMachine().serverType(),
                new Rpcs(Map.of("etcdserverpb.KV/Put", faulty), Map.of()),
                new RpcCounters(),
                nodeLoop::take,
                () -> HttpDoor.handlers(pages, nodeLoop::take, open),
                1 << 20));
    port.start();
    return port;
  }

  @Test
  void inACall() throws Exception {
    var at = freeAddress();
    var port = clientPort(at);
    ManagedChannel channel = NettyChannelBuilder.forAddress(at).usePlaintext().build();
    try {
      ClientCalls.blockingUnaryCall(
          channel,
          KVGrpc.getPutMethod(),
          CallOptions.DEFAULT.withDeadlineAfter(500, TimeUnit.MILLISECONDS),
          PutRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      // Nobody answers: the process is about to end.
    } finally {
      channel.shutdownNow();
    }
    theNodeEnds();
    port.stop();
  }

  @Test
  void inAPage() throws Exception {
    var at = freeAddress();
    var port = clientPort(at);
    assertThat(page(at, "/health")).startsWith("HTTP/1.1 500 ").contains("could not be shown");
    assertThat(page(at, "/metrics")).startsWith("HTTP/1.1 200 ");
    assertThat(failures).isEmpty();
    port.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health?exclude=%zz", "/readyz?x=%", "/health?%", "/%", "/livez?a=%4"})
  void aUrlThatCannotBeReadIsRefused(String url) throws Exception {
    var at = freeAddress();
    var port = clientPort(at);
    assertThat(page(at, url)).startsWith("HTTP/1.1 400 ").contains("two hexadecimal digits");
    assertThat(failures).isEmpty();
    port.stop();
  }

  private static String page(InetSocketAddress at, String url) throws Exception {
    try (var socket = new Socket(at.getAddress(), at.getPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write("GET %s HTTP/1.1\r\nConnection: close\r\n\r\n".formatted(url).getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
