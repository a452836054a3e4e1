package io.quorate.server.rpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.quorate.consensus.wire.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Messages as the bytes that they are: a request is copied once out of the network's buffers, and
/// a response is written by whoever made it.
public final class BytesMarshaller implements MethodDescriptor.Marshaller<Bytes> {
  public static final BytesMarshaller INSTANCE = new BytesMarshaller();

  @Override
  public InputStream stream(Bytes message) {
    return new BytesStream(message);
  }

  @Override
  public Bytes parse(InputStream stream) {
    try {
      return Bytes.of(stream.readAllBytes());
    } catch (IOException e) {
      throw Status.INTERNAL
          .withDescription("cannot read a request")
          .withCause(e)
          .asRuntimeException();
    }
  }

  private static final class BytesStream extends ByteArrayInputStream
      implements KnownLength, Drainable {
    BytesStream(Bytes bytes) {
      super(bytes.array(), bytes.offset(), bytes.length());
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int length = count - pos;
      target.write(buf, pos, length);
      pos = count;
      return length;
    }
  }
}
