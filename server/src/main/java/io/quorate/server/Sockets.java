package io.quorate.server;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/// The kind of sockets that this machine has: epoll where there is epoll.
enum Sockets {
  EPOLL(EpollSocketChannel.class, EpollServerSocketChannel.class),
  NIO(NioSocketChannel.class, NioServerSocketChannel.class);

  private final Class<? extends Channel> clientType;
  private final Class<? extends ServerChannel> serverType;

  Sockets(Class<? extends Channel> clientType, Class<? extends ServerChannel> serverType) {
    this.clientType = clientType;
    this.serverType = serverType;
  }

  static Sockets ofThisMachine() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  Class<? extends Channel> clientType() {
    return clientType;
  }

  Class<? extends ServerChannel> serverType() {
    return serverType;
  }

  /// A loop of one thread.
  EventLoopGroup newLoop(String name) {
    return new MultiThreadIoEventLoopGroup(
        1,
        new DefaultThreadFactory(name, true),
        this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }
}
