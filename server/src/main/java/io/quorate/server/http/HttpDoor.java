package io.quorate.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Speaks HTTP/1 on a connection: one request at a time, small ones only.
public final class HttpDoor extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final int BODY_BYTES = 64 << 10;
  private static final int IDLE_SECONDS = 60;

  private static final String NO_ESCAPE =
      "a % in a URL must be followed by two hexadecimal digits; a % itself is written %25\n";
  private static final String FAILED = "the page could not be shown; the node's log says why\n";
  private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);

  private final HttpPages pages;
  private final Executor node;
  private final ChannelGroup open;

  private HttpDoor(HttpPages pages, Executor node, ChannelGroup open) {
    this.pages = pages;
    this.node = node;
    this.open = open;
  }

  /// What makes a connection speak HTTP/1, in the order of a pipeline.
  ///
  /// @param node takes requests in, within the call
  /// @param open takes the connection, and closes it when no page may be shown any more
  public static List<ChannelHandler> handlers(HttpPages pages, Executor node, ChannelGroup open) {
    return List.of(
        new IdleStateHandler(0, 0, IDLE_SECONDS),
        new HttpServerCodec(),
        new HttpObjectAggregator(BODY_BYTES),
        new HttpDoor(pages, node, open));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    open.add(context.channel());
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (!context.channel().isActive()) {
      return; // closed, with this request read before
    }
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    if (request.decoderResult().isFailure()) {
      answer(context, false, text(HttpResponseStatus.BAD_REQUEST, "400 bad request\n"));
      return;
    }
    var query = new QueryStringDecoder(request.uri());
    String path;
    Map<String, List<String>> parameters;
    try {
      path = query.path();
      parameters = query.parameters();
    } catch (IllegalArgumentException e) {
      answer(context, keepAlive, text(HttpResponseStatus.BAD_REQUEST, NO_ESCAPE));
      return;
    }
    var page = pages.at(path);
    if (page == null) {
      answer(context, keepAlive, text(HttpResponseStatus.NOT_FOUND, "404 page not found\n"));
    } else if (!request.method().equals(HttpMethod.GET)) {
      answer(
          context, keepAlive, text(HttpResponseStatus.METHOD_NOT_ALLOWED, "Method Not Allowed\n"));
    } else {
      node.execute(() -> {
        try {
          page.show(parameters, answer -> answer(context, keepAlive, answer));
        } catch (RuntimeException e) {
          LOG.warn("{} could not be shown", path, e);
          answer(context, false, text(HttpResponseStatus.INTERNAL_SERVER_ERROR, FAILED));
        }
      });
    }
  }

  private static HttpPages.Answer text(HttpResponseStatus status, String body) {
    return new HttpPages.Answer(status, HttpPages.TEXT, body);
  }

  private static void answer(
      ChannelHandlerContext context, boolean keepAlive, HttpPages.Answer answer) {
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            answer.status(),
            Unpooled.wrappedBuffer(answer.body().getBytes(UTF_8)));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, answer.type())
        .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    if (answer.status().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
      response.headers().set(HttpHeaderNames.ALLOW, HttpMethod.GET.name());
    }
    HttpUtil.setKeepAlive(response, keepAlive);
    var written = context.writeAndFlush(response);
    if (!keepAlive) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof IdleStateEvent) {
      context.close();
    } else {
      super.userEventTriggered(context, event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
