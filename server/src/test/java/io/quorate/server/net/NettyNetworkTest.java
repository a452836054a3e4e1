package io.quorate.server.net;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Network;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NettyNetworkTest {
  private static final long OTHER = 7;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final EventLoop loop = loops.next();
  private final BlockingQueue<Channel> links = new LinkedBlockingQueue<>();
  private final Told told = new Told();

  @BeforeEach
  void hasEpoll() {
    assumeThat(Epoll.isAvailable()).isTrue();
  }

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /// What the network told.
  private static final class Told implements Network.Owner {
    final BlockingQueue<Network.Greeting> greetings = new LinkedBlockingQueue<>();
    final BlockingQueue<String> log = new LinkedBlockingQueue<>();

    @Override
    public Bytes hello(long to) {
      return Bytes.of(new byte[] {'h', 'i'});
    }

    @Override
    public void greeted(Bytes hello, Network.Greeting greeting) {
      greetings.add(greeting);
    }

    @Override
    public boolean answered(long from, Bytes answer) {
      log.add("answered");
      return true;
    }

    @Override
    public void received(long from, Bytes frame) {
      log.add("received");
    }

    @Override
    public void broken(long node) {
      log.add("broken");
    }

    @Override
    public void refused(long node) {
      log.add("refused");
    }
  }

  private NettyNetwork network(int helloMillis) {
    return new NettyNetwork(
        new NettyNetwork.Sockets(
            loop, EpollSocketChannel.class, EpollServerSocketChannel.class, links::add),
        new NettyNetwork.Patience(helloMillis, 2_000));
  }

  private static ServerSocket listening() throws Exception {
    return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  private static SocketAddress refusing() throws Exception {
    try (var socket = listening()) {
      return socket.getLocalSocketAddress();
    }
  }

  /// @return where it listens
  private InetSocketAddress start(NettyNetwork network, List<SocketAddress> others)
      throws Exception {
    var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var at = network.start(told, List.of(any), others.isEmpty() ? Map.of() : Map.of(OTHER, others));
    return (InetSocketAddress) at.getFirst();
  }

  private Channel link() throws InterruptedException {
    return requireNonNull(links.poll(10, TimeUnit.SECONDS));
  }

  private static void expectClosed(Socket socket) throws Exception {
    socket.setSoTimeout(10_000);
    assertThat(socket.getInputStream().readAllBytes().length).isLessThan(10);
  }

  private static Socket connect(InetSocketAddress to) throws Exception {
    return new Socket(to.getAddress(), to.getPort());
  }

  /// It is dialed again: what listens there may have been something else.
  @Test
  void aDialedLinkWithoutAnAnswerIsClosed() throws Exception {
    try (var silent = listening()) {
      start(network(100), List.of(silent.getLocalSocketAddress()));
      try (var first = silent.accept()) {
        expectClosed(first);
      }
      silent.setSoTimeout(10_000);
      silent.accept().close();
    }
  }

  @Test
  void theNextAddressIsDialedWhereOneRefusesOrSaysNothing() throws Exception {
    try (var silent = listening();
        var other = listening()) {
      var network = network(100);
      start(
          network,
          List.of(refusing(), silent.getLocalSocketAddress(), other.getLocalSocketAddress()));
      other.setSoTimeout(10_000);
      try (var link = other.accept()) {
        link.getOutputStream().write(new byte[] {0, 0, 0, 0});
        assertThat(told.log.poll(10, TimeUnit.SECONDS))
            .as("not that it was refused: it is there")
            .isEqualTo("answered");
        loop.submit(network::close).get();
      }
    }
  }

  @Test
  void aNodeRefusesWhereAllOfItsAddressesDo() throws Exception {
    var network = network(100);
    start(network, List.of(refusing(), refusing()));
    assertThat(told.log.poll(10, TimeUnit.SECONDS)).isEqualTo("refused");
    loop.submit(network::close).get();
  }

  @Test
  void anAcceptedLinkWithoutAHelloIsClosed() throws Exception {
    try (var silent = connect(start(network(100), List.of()))) {
      expectClosed(silent);
    }
  }

  @Test
  void aLinkToAMachineThatIsGoneIsNoticedInEitherDirection() throws Exception {
    try (var other = listening()) {
      var at = start(network(5_000), List.of(other.getLocalSocketAddress()));
      requireDeadIsNoticed(link());
      try (var caller = connect(at)) {
        assertThat(caller.isConnected()).isTrue();
        requireDeadIsNoticed(link());
      }
    }
  }

  private static void requireDeadIsNoticed(Channel link) {
    assertThat(link.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT)).isEqualTo(2_000);
    assertThat(link.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
    assertThat(link.config().getOption(EpollChannelOption.TCP_KEEPIDLE)).isOne();
    assertThat(link.config().getOption(EpollChannelOption.TCP_KEEPINTVL)).isOne();
  }

  /// The answer waits until the other's disk id is durable; the other may be gone by then.
  @Test
  void aLinkThatWasClosedBeforeItsAnswerIsNone() throws Exception {
    var network = network(5_000);
    var at = start(network, List.of());
    try (var caller = connect(at)) {
      new DataOutputStream(caller.getOutputStream()).write(new byte[] {0, 0, 0, 1, 'h'});
    }
    var greeting = requireNonNull(told.greetings.poll(10, TimeUnit.SECONDS));
    link().closeFuture().sync();
    loop.submit(() -> greeting.accept(OTHER, Bytes.EMPTY)).get();
    loop.submit(network::close).get();
    assertThat(told.log).isEmpty();
  }
}
