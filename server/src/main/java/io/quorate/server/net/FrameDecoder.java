package io.quorate.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.TooLongFrameException;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Network;
import java.util.List;

/// Cuts a stream into frames: four bytes of length, then as many bytes. Each frame is copied out of
/// the network's buffers once, and everything read from it shares that copy.
final class FrameDecoder extends ByteToMessageDecoder {
  private static final int HELLO_BYTES = 4096;

  private int limit = HELLO_BYTES;

  /// The hello was accepted: frames may be large from now on.
  void greeted() {
    limit = Network.MAX_FRAME;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < 4) {
      return;
    }
    int length = in.getInt(in.readerIndex());
    if (length < 0 || length > limit) {
      in.skipBytes(in.readableBytes());
      throw new TooLongFrameException(
          "a frame of %s bytes, the limit is %d; is this a peer of Quorate?"
              .formatted(Integer.toUnsignedString(length), limit));
    }
    if (in.readableBytes() < 4 + length) {
      return;
    }
    var bytes = new byte[length];
    in.skipBytes(4).readBytes(bytes);
    out.add(Bytes.of(bytes));
  }

  static ByteBuf encode(ByteBufAllocator allocator, Bytes frame) {
    return allocator
        .buffer(4 + frame.length())
        .writeInt(frame.length())
        .writeBytes(frame.array(), frame.offset(), frame.length());
  }
}
