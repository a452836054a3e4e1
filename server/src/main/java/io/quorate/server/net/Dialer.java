package io.quorate.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.ScheduledFuture;
import io.quorate.consensus.wire.Bytes;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a link to one other node: dials, greets, and dials again when it breaks, each time a
/// little later. Where one of its addresses does not lead to it, the next one is tried.
final class Dialer {
  private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);
  private static final long FIRST_DELAY_MILLIS = 5;
  private static final long LAST_DELAY_MILLIS = 1_000;

  /// How often it is seen how far away the other node is.
  private static final long PING_MILLIS = 1_000;

  private final long node;
  private final List<SocketAddress> addresses;
  private final NettyNetwork network;
  private final LinkCounts counts;

  private @Nullable Channel ready;
  private @Nullable Channel current;
  private long delay = FIRST_DELAY_MILLIS;
  private int at;
  private int refusals;

  /// The quickest of TCP's own greetings: the machine answers it, not a node that may be busy.
  private long roundTrip;

  private @Nullable ScheduledFuture<?> next;
  private boolean stopped;

  Dialer(long node, List<SocketAddress> addresses, NettyNetwork network, LinkCounts counts) {
    this.node = node;
    this.addresses = addresses;
    this.network = network;
    this.counts = counts;
  }

  void dial() {
    if (stopped) {
      return;
    }
    long start = System.nanoTime();
    network
        .bootstrap()
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                network.prepare(channel);
                channel.pipeline().addLast(new FrameDecoder(), new Handler());
              }
            })
        .connect(addresses.get(at))
        .addListener((ChannelFutureListener) dialing -> dialed(dialing, start));
  }

  private void dialed(ChannelFuture dialing, long start) {
    if (dialing.isSuccess()) {
      long took = System.nanoTime() - start;
      roundTrip = roundTrip == 0 ? took : Math.min(roundTrip, took);
      refusals = 0;
      current = dialing.channel();
      if (stopped) {
        current.close();
      }
      return;
    }
    refusals = dialing.cause() instanceof ConnectException ? refusals + 1 : 0;
    if (refusals == addresses.size()) {
      refusals = 0;
      network.owner().refused(node);
    }
    dialNext();
  }

  private void dialNext() {
    at = (at + 1) % addresses.size();
    dialAgain();
  }

  private void dialAgain() {
    if (stopped) {
      return;
    }
    long wait = delay + ThreadLocalRandom.current().nextLong(delay);
    delay = Math.min(delay * 2, LAST_DELAY_MILLIS);
    next = network.loop().schedule(this::dial, wait, TimeUnit.MILLISECONDS);
  }

  /// The node was heard of: if the next attempt waits, it waits no longer.
  void hurry() {
    if (next != null && next.cancel(false)) {
      delay = FIRST_DELAY_MILLIS;
      dial();
    }
  }

  private final class Handler extends ChannelInboundHandlerAdapter {
    private boolean answered;

    /// When the other node was pinged, unless it has answered.
    private OptionalLong pinged = OptionalLong.empty();

    @Override
    public void channelActive(ChannelHandlerContext context) {
      context
          .executor()
          .schedule(() -> giveUp(context), network.helloMillis(), TimeUnit.MILLISECONDS);
      context.writeAndFlush(FrameDecoder.encode(context.alloc(), network.owner().hello(node)));
    }

    private void giveUp(ChannelHandlerContext context) {
      if (!answered && context.channel().isActive()) {
        LOG.info(
            "{}, the address of node {}, takes a link and does not answer",
            context.channel().remoteAddress(),
            Long.toHexString(node));
        context.close();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (answered) {
        pong(context, (Bytes) message);
        return;
      }
      answered = true;
      if (network.owner().answered(node, (Bytes) message)) {
        ready = context.channel();
        delay = FIRST_DELAY_MILLIS;
        ping(context);
      } else {
        delay = LAST_DELAY_MILLIS;
        context.close();
      }
    }

    private void ping(ChannelHandlerContext context) {
      if (!context.channel().isActive()) {
        return;
      }
      if (pinged.isEmpty() && context.channel().isWritable()) {
        pinged = OptionalLong.of(System.nanoTime());
        context.writeAndFlush(
            FrameDecoder.encode(context.alloc(), Bytes.EMPTY), context.voidPromise());
      }
      context.executor().schedule(() -> ping(context), PING_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void pong(ChannelHandlerContext context, Bytes frame) {
      if (pinged.isEmpty() || frame.length() > 0) {
        context.close(); // else only the dialer speaks after the greeting
        return;
      }
      counts.roundTrip(System.nanoTime() - pinged.getAsLong());
      pinged = OptionalLong.empty();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (context.channel().equals(ready)) {
        ready = null;
        counts.broken();
        LOG.info("the link to node {} broke", Long.toHexString(node));
        network.owner().broken(node);
        dialAgain();
      } else {
        dialNext();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      LOG.debug("the link to node {} failed", Long.toHexString(node), cause);
      context.close();
    }
  }

  void send(Bytes frame) {
    var channel = ready;
    if (channel != null && channel.isWritable()) {
      channel.writeAndFlush(FrameDecoder.encode(channel.alloc(), frame), channel.voidPromise());
      counts.sent(frame.length());
    } else {
      counts.notSent();
    }
  }

  long roundTrip() {
    return roundTrip;
  }

  boolean isReady() {
    return ready != null;
  }

  void stop() {
    stopped = true;
    ready = null;
    if (current != null) {
      current.close();
    }
  }
}
