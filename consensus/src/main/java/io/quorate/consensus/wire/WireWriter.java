package io.quorate.consensus.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Writes into an array that grows. May be reused after [#clear()] once nobody holds its bytes.
public final class WireWriter {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] array;
  private int length;

  public WireWriter() {
    this(64);
  }

  public WireWriter(int capacity) {
    array = new byte[capacity];
  }

  public int length() {
    return length;
  }

  /// The array that is being written; valid up to [#length()] and until the next write.
  public byte[] array() {
    return array;
  }

  public void clear() {
    length = 0;
  }

  /// Drops what was written behind `length`.
  public void truncate(int length) {
    if (length < 0 || length > this.length) {
      throw new IndexOutOfBoundsException("truncate to " + length + " of " + this.length);
    }
    this.length = length;
  }

  /// A copy of what was written.
  public Bytes toBytes() {
    return Bytes.of(Arrays.copyOf(array, length));
  }

  private int reserve(int count) {
    int at = length;
    int needed = Math.addExact(at, count);
    if (needed > array.length) {
      array = Arrays.copyOf(array, Math.max(needed, array.length + (array.length >> 1) + 16));
    }
    length = needed;
    return at;
  }

  public void u8(int value) {
    int at = reserve(1);
    array[at] = (byte) value;
  }

  public void bool(boolean value) {
    u8(value ? 1 : 0);
  }

  public void u32(int value) {
    int at = reserve(4);
    INT.set(array, at, value);
  }

  public void u64(long value) {
    int at = reserve(8);
    LONG.set(array, at, value);
  }

  /// Overwrites four bytes that were written before, for lengths and checksums known only later.
  public void u32At(int at, int value) {
    if (at < 0 || at > length - 4) {
      throw new IndexOutOfBoundsException("u32 at " + at + " of " + length);
    }
    INT.set(array, at, value);
  }

  /// Unsigned LEB128: one byte up to 127, ten for a negative number.
  public void varint(long value) {
    int at = reserve(10);
    while ((value & ~0x7fL) != 0) {
      array[at++] = (byte) (value | 0x80);
      value >>>= 7;
    }
    array[at++] = (byte) value;
    length = at;
  }

  /// The bytes as they are, without a length.
  public void raw(Bytes bytes) {
    raw(bytes.array(), bytes.offset(), bytes.length());
  }

  public void raw(byte[] bytes, int offset, int count) {
    int at = reserve(count);
    System.arraycopy(bytes, offset, array, at, count);
  }

  /// A length and the bytes.
  public void bytes(Bytes bytes) {
    varint(bytes.length());
    raw(bytes);
  }

  public void string(String text) {
    bytes(Bytes.utf8(text));
  }

  public void zeros(int count) {
    int at = reserve(count);
    Arrays.fill(array, at, at + count, (byte) 0);
  }
}
