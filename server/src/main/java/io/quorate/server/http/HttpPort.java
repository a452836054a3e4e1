package io.quorate.server.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/// Addresses at which pages are shown and nothing else is.
public final class HttpPort {
  private final ServerBootstrap bootstrap;
  private final List<Channel> listening = new ArrayList<>();

  /// @param loop the node's
  /// @param node takes requests in, within the call
  /// @param open takes all connections
  public HttpPort(
      EventLoopGroup loop,
      Class<? extends ServerChannel> channelType,
      HttpPages pages,
      Executor node,
      ChannelGroup open) {
    bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(channelType)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    HttpDoor.handlers(pages, node, open).forEach(channel.pipeline()::addLast);
                  }
                });
  }

  /// Off the loop.
  ///
  /// @throws IOException if an address cannot be listened on
  public void listen(List<? extends SocketAddress> addresses) throws IOException {
    for (var address : addresses) {
      var binding = bootstrap.bind(address).awaitUninterruptibly();
      if (!binding.isSuccess()) {
        throw new IOException(binding.cause());
      }
      listening.add(binding.channel());
    }
  }

  /// Takes no more connections; those that are open stay so.
  public void close() {
    listening.forEach(Channel::close);
  }
}
