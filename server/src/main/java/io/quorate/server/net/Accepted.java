package io.quorate.server.net;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Network;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A link that another node opened: its hello, then its frames.
final class Accepted extends ChannelInboundHandlerAdapter implements Network.Greeting {
  private static final Logger LOG = LoggerFactory.getLogger(Accepted.class);

  private final NettyNetwork network;
  private final FrameDecoder frames;
  private @Nullable ChannelHandlerContext context;
  private boolean greeted;
  private boolean welcome;
  private long from;
  private LinkCounts counts = new LinkCounts();

  Accepted(NettyNetwork network, FrameDecoder frames) {
    this.network = network;
    this.frames = frames;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    added
        .executor()
        .schedule(
            () -> {
              if (!welcome) {
                added.close();
              }
            },
            network.helloMillis(),
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext reading, Object message) {
    var frame = (Bytes) message;
    if (welcome && frame.length() == 0) {
      reading.writeAndFlush(FrameDecoder.encode(reading.alloc(), frame), reading.voidPromise());
    } else if (welcome) {
      counts.received(frame.length());
      network.owner().received(from, frame);
    } else if (!greeted) {
      greeted = true;
      network.owner().greeted(frame, this);
    } else {
      reading.close();
    }
  }

  @Override
  public void accept(long node, Bytes answer) {
    if (!context().channel().isActive()) {
      return; // it was closed while the answer waited for the disk
    }
    from = node;
    counts = network.counts(node);
    welcome = true;
    frames.greeted();
    network.accepted(node, this);
    context().writeAndFlush(FrameDecoder.encode(context().alloc(), answer));
  }

  @Override
  public void refuse(Bytes answer) {
    context()
        .writeAndFlush(FrameDecoder.encode(context().alloc(), answer))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("the link is not open");
    }
    return context;
  }

  void close() {
    context().close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext closed) {
    if (welcome) {
      network.closed(from, this);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext failing, Throwable cause) {
    LOG.warn(
        "closed the peer link from {}: {}", failing.channel().remoteAddress(), cause.getMessage());
    counts.notReceived();
    failing.close();
  }
}
