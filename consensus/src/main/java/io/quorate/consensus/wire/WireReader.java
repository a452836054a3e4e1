package io.quorate.consensus.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads what a [WireWriter] wrote, and refuses everything else.
public final class WireReader {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] array;
  private final int limit;
  private int at;

  public WireReader(Bytes bytes) {
    array = bytes.array();
    at = bytes.offset();
    limit = at + bytes.length();
  }

  public int remaining() {
    return limit - at;
  }

  public void expectEnd() throws MalformedException {
    if (at != limit) {
      throw new MalformedException(remaining() + " bytes too many at the end");
    }
  }

  private int take(int count) throws MalformedException {
    if (count > limit - at) {
      throw new MalformedException("ends " + (count - remaining()) + " bytes too early");
    }
    int start = at;
    at += count;
    return start;
  }

  public int u8() throws MalformedException {
    return array[take(1)] & 0xff;
  }

  public boolean bool() throws MalformedException {
    int value = u8();
    if (value > 1) {
      throw new MalformedException("neither true nor false: " + value);
    }
    return value == 1;
  }

  public int u32() throws MalformedException {
    return (int) INT.get(array, take(4));
  }

  public long u64() throws MalformedException {
    return (long) LONG.get(array, take(8));
  }

  /// Any 64 bits, as [WireWriter#varint] wrote them.
  public long varint() throws MalformedException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = array[take(1)];
      if (shift == 63 && (b & 0xfe) != 0) {
        break;
      }
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new MalformedException("a number of more than 64 bits");
  }

  /// A number that counts or indexes something: never negative.
  public long count() throws MalformedException {
    long value = varint();
    if (value < 0) {
      throw new MalformedException("a count above 2^63: " + Long.toUnsignedString(value));
    }
    return value;
  }

  /// A number of things that each take at least `bytesEach` of what is left.
  public int size(int bytesEach) throws MalformedException {
    long value = varint();
    if (value < 0 || value > remaining() / bytesEach) {
      throw new MalformedException(
          "claims " + Long.toUnsignedString(value) + " items in " + remaining() + " bytes");
    }
    return (int) value;
  }

  /// A length and as many bytes, shared with the source.
  public Bytes bytes() throws MalformedException {
    return raw(size(1));
  }

  public Bytes raw(int count) throws MalformedException {
    if (count < 0) {
      throw new MalformedException("a length below zero: " + count);
    }
    return Bytes.of(array, take(count), count);
  }

  public String string() throws MalformedException {
    var bytes = bytes();
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.array(), bytes.offset(), bytes.length()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("text that is not UTF-8: " + bytes);
    }
  }
}
