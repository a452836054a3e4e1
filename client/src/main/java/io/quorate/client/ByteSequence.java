package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// An immutable run of bytes: a key or a value.
public final class ByteSequence {
  public static final ByteSequence EMPTY = new ByteSequence(new byte[0]);

  private final byte[] bytes;

  private ByteSequence(byte[] bytes) {
    this.bytes = bytes;
  }

  /// A copy of the bytes.
  public static ByteSequence of(byte[] bytes) {
    return new ByteSequence(bytes.clone());
  }

  /// The text in UTF-8.
  public static ByteSequence of(String text) {
    return new ByteSequence(text.getBytes(StandardCharsets.UTF_8));
  }

  public int length() {
    return bytes.length;
  }

  public byte[] toByteArray() {
    return bytes.clone();
  }

  /// The least sequence that is greater than every one that begins with this one; a single zero
  /// byte, "to the end", if there is none.
  public ByteSequence prefixEnd() {
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (bytes[i] != (byte) 0xff) {
        var end = Arrays.copyOf(bytes, i + 1);
        end[i]++;
        return new ByteSequence(end);
      }
    }
    return new ByteSequence(new byte[1]);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByteSequence that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// As text in UTF-8.
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
