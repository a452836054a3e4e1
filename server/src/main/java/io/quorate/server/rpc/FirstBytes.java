package io.quorate.server.rpc;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Tells gRPC from plain HTTP by a connection's first bytes, hands the connection over, and is
/// gone.
///
/// HTTP/2 always begins with `PRI * HTTP/2.0` (RFC 9113, section 3.4), which no HTTP/1 method is.
final class FirstBytes implements InternalProtocolNegotiator.ProtocolNegotiator {
  private static final byte[] PREFACE = {'P', 'R', 'I'};

  /// A connection that says nothing for so long is closed.
  private static final int SECONDS_TO_SPEAK = 10;

  private final InternalProtocolNegotiator.ProtocolNegotiator grpc =
      InternalProtocolNegotiators.serverPlaintext();
  private final Supplier<List<ChannelHandler>> http;

  /// @param http what makes a connection speak HTTP/1, in the order of a pipeline; empty if it is
  ///   closed instead
  FirstBytes(Supplier<List<ChannelHandler>> http) {
    this.http = http;
  }

  @Override
  public AsciiString scheme() {
    return grpc.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpcHandler) {
    return new Listening(grpcHandler);
  }

  @Override
  public void close() {
    grpc.close();
  }

  private final class Listening extends ByteToMessageDecoder {
    private final GrpcHttp2ConnectionHandler grpcHandler;
    private ProtocolNegotiationEvent event = InternalProtocolNegotiationEvent.getDefault();

    Listening(GrpcHttp2ConnectionHandler grpcHandler) {
      this.grpcHandler = grpcHandler;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      context
          .executor()
          .schedule(
              () -> {
                if (!context.isRemoved()) {
                  context.close();
                }
              },
              SECONDS_TO_SPEAK,
              TimeUnit.SECONDS);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object happened)
        throws Exception {
      if (happened instanceof ProtocolNegotiationEvent negotiation) {
        event = negotiation;
      } else {
        super.userEventTriggered(context, happened);
      }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
      if (in.readableBytes() < PREFACE.length) {
        return;
      }
      if (isPreface(in)) {
        context.pipeline().addAfter(context.name(), null, grpc.newHandler(grpcHandler));
        context.fireUserEventTriggered(event);
      } else {
        speakHttp(context);
      }
      context.pipeline().remove(this);
    }

    private void speakHttp(ChannelHandlerContext context) {
      var handlers = http.get();
      if (handlers.isEmpty()) {
        context.close();
      }
      for (var handler : handlers.reversed()) {
        context.pipeline().addAfter(context.name(), null, handler);
      }
    }

    private static boolean isPreface(ByteBuf in) {
      for (int i = 0; i < PREFACE.length; i++) {
        if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
          return false;
        }
      }
      return true;
    }
  }
}
