package io.quorate.consensus.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// An immutable run of bytes: a view of an array that nobody writes to any more.
///
/// Slices share the array, so what came in with one network frame or one journal frame is never
/// copied on its way. Order is that of unsigned bytes, a prefix before what it begins.
public final class Bytes implements Comparable<Bytes> {
  public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

  private final byte[] array;
  private final int offset;
  private final int length;

  private Bytes(byte[] array, int offset, int length) {
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  /// A view of the whole array, which from now on must not be written to.
  public static Bytes of(byte[] array) {
    return array.length == 0 ? EMPTY : new Bytes(array, 0, array.length);
  }

  /// A view of a part of the array, which from now on must not be written to.
  public static Bytes of(byte[] array, int offset, int length) {
    if (offset < 0 || length < 0 || offset > array.length - length) {
      throw new IndexOutOfBoundsException(
          "bytes " + offset + " + " + length + " of " + array.length);
    }
    return length == 0 ? EMPTY : new Bytes(array, offset, length);
  }

  public static Bytes utf8(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  public int length() {
    return length;
  }

  public boolean isEmpty() {
    return length == 0;
  }

  public byte at(int index) {
    if (index < 0 || index >= length) {
      throw new IndexOutOfBoundsException("byte " + index + " of " + length);
    }
    return array[offset + index];
  }

  public Bytes slice(int from, int count) {
    if (from < 0 || count < 0 || from > length - count) {
      throw new IndexOutOfBoundsException("bytes " + from + " + " + count + " of " + length);
    }
    return of(array, offset + from, count);
  }

  public Bytes from(int start) {
    return slice(start, length - start);
  }

  /// The array under this view. Only to be read.
  public byte[] array() {
    return array;
  }

  /// Where the view begins in [#array()].
  public int offset() {
    return offset;
  }

  public byte[] toArray() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  /// The same bytes in an array of their own size, so that a small part does not keep a large frame
  /// alive.
  public Bytes compact() {
    return length == array.length ? this : of(toArray());
  }

  public ByteBuffer asByteBuffer() {
    return ByteBuffer.wrap(array, offset, length).asReadOnlyBuffer();
  }

  public boolean startsWith(Bytes prefix) {
    return length >= prefix.length
        && Arrays.equals(
            array,
            offset,
            offset + prefix.length,
            prefix.array,
            prefix.offset,
            prefix.offset + prefix.length);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(
        array, offset, offset + length, other.array, other.offset, other.offset + other.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that
        && Arrays.equals(
            array, offset, offset + length, that.array, that.offset, that.offset + that.length);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  /// For people: printable characters as they are, others as `\xNN`, at most 64 bytes of it.
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (int i = 0; i < Math.min(length, 64); i++) {
      int b = array[offset + i] & 0xff;
      if (b >= 0x20 && b < 0x7f && b != '\\') {
        text.append((char) b);
      } else {
        text.append("\\x")
            .append(Character.forDigit(b >> 4, 16))
            .append(Character.forDigit(b & 15, 16));
      }
    }
    if (length > 64) {
      text.append("… (").append(length).append(" bytes)");
    }
    return text.toString();
  }

  public String toUtf8() {
    return new String(array, offset, length, StandardCharsets.UTF_8);
  }
}
