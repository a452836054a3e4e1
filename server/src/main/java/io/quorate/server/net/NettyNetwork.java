package io.quorate.server.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Network;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Links between nodes over TCP: each node dials every other, sends on that link, and accepts
/// theirs.
///
/// On the wire a frame is its length in four bytes and its bytes. The first frame on a link is the
/// hello, the first one back its answer; after that the dialer alone sends, but for the empty frame
/// by which each empty frame of its is answered: so it learns how far away the other is. All of it
/// runs on the node's loop.
public final class NettyNetwork implements Network {
  private static final Logger LOG = LoggerFactory.getLogger(NettyNetwork.class);

  /// What waits to be written to one node; past it frames are lost, as on a broken link.
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(16 << 20, 32 << 20);

  /// What this machine offers for sockets.
  ///
  /// @param secure puts what encrypts in front of a new link's other handlers; does nothing without
  ///   TLS
  public record Sockets(
      EventLoop loop,
      Class<? extends Channel> clientType,
      Class<? extends ServerChannel> serverType,
      Consumer<Channel> secure) {}

  /// How long the other end of a link may be silent: milliseconds.
  ///
  /// @param hello until it has said or answered hello
  /// @param silence until what was sent to it is acknowledged by its machine; then the link is
  ///   taken for dead. Only where there is epoll
  public record Patience(int hello, int silence) {}

  private final Sockets sockets;
  private final Patience patience;
  private final Map<Long, Dialer> dialers = new HashMap<>();
  private final Map<Long, Accepted> accepted = new HashMap<>();
  private final Map<Long, LinkCounts> counts = new TreeMap<>();
  private final List<Channel> listening = new ArrayList<>();

  private Owner owner = Silent.OWNER;

  public NettyNetwork(Sockets sockets, Patience patience) {
    this.sockets = sockets;
    this.patience = patience;
  }

  /// Accepts links, and dials the others from now on.
  ///
  /// @param others where each other node can be reached, by its id: tried in turn; looked up each
  ///   time, where they are not resolved
  /// @return where it listens, in the order of `listen`
  public List<SocketAddress> start(
      Owner listener, List<? extends SocketAddress> listen, Map<Long, List<SocketAddress>> others)
      throws InterruptedException {
    owner = listener;
    for (var address : listen) {
      listening.add(listen(address));
    }
    others.forEach((other, addresses) -> {
      var dialer = new Dialer(other, addresses, this, counts(other));
      dialers.put(other, dialer);
      sockets.loop().execute(dialer::dial);
    });
    return listening.stream().map(Channel::localAddress).toList();
  }

  private Channel listen(SocketAddress address) throws InterruptedException {
    return new ServerBootstrap()
        .group(sockets.loop())
        .channel(sockets.serverType())
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                prepare(channel);
                var frames = new FrameDecoder();
                channel.pipeline().addLast(frames, new Accepted(NettyNetwork.this, frames));
              }
            })
        .bind(address)
        .sync()
        .channel();
  }

  LinkCounts counts(long node) {
    return counts.computeIfAbsent(node, first -> new LinkCounts());
  }

  /// What passed between this node and each other one that it knows.
  public Map<Long, LinkCounts> counts() {
    return Collections.unmodifiableMap(counts);
  }

  Bootstrap bootstrap() {
    return new Bootstrap()
        .group(sockets.loop())
        .channel(sockets.clientType())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 2_000)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
  }

  /// Makes ready a new link, in either direction.
  void prepare(Channel channel) {
    if (channel.config() instanceof EpollSocketChannelConfig config) {
      // Else the kernel sends again for a quarter of an hour to a machine that is gone, and an end
      // that only listens never notices.
      int probe = Math.max(1, patience.silence / 2_000);
      config
          .setTcpUserTimeout(patience.silence)
          .setKeepAlive(true)
          .setTcpKeepIdle(probe)
          .setTcpKeepIntvl(probe);
    }
    sockets.secure().accept(channel);
  }

  int helloMillis() {
    return patience.hello;
  }

  EventLoop loop() {
    return sockets.loop();
  }

  Owner owner() {
    return owner;
  }

  /// A link from a node was accepted; an older one, if it is still there, is closed.
  void accepted(long from, Accepted link) {
    var before = accepted.put(from, link);
    if (before != null && before != link) {
      before.close();
    }
    var dialer = dialers.get(from);
    if (dialer != null) {
      dialer.hurry();
    }
  }

  void closed(long from, Accepted link) {
    if (accepted.remove(from, link)) {
      LOG.info("the link from node {} broke", Long.toHexString(from));
      owner.broken(from);
    }
  }

  @Override
  public void send(long node, Bytes frame) {
    var dialer = dialers.get(node);
    if (dialer != null) {
      dialer.send(frame);
    }
  }

  @Override
  public long roundTrip(long node) {
    var dialer = dialers.get(node);
    return dialer == null ? 0 : dialer.roundTrip();
  }

  @Override
  public void drop(long node) {
    var link = accepted.remove(node);
    if (link != null) {
      counts(node).notReceived();
      link.close();
    }
  }

  /// Whether the link to a node is up and its hello was answered.
  public boolean isConnected(long node) {
    var dialer = dialers.get(node);
    return dialer != null && dialer.isReady();
  }

  /// Closes all links, listens and dials no more. On the loop.
  public void close() {
    owner = Silent.OWNER;
    listening.forEach(Channel::close);
    dialers.values().forEach(Dialer::stop);
    Map.copyOf(accepted).values().forEach(Accepted::close);
    accepted.clear();
  }
}
