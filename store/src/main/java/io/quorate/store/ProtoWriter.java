package io.quorate.store;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.wire.Bytes;

/// Writes an encoded protobuf message into an array of exactly its size, which is computed first.
///
/// Only fields up to 15, whose tags take one byte: all that the store writes. Numbers and bytes
/// that have their default are left out, messages are always there.
final class ProtoWriter {
  private static final int LENGTH = 2;

  private final byte[] array;
  private int at;

  ProtoWriter(int size) {
    array = new byte[size];
  }

  static int sizeOfVarint(long value) {
    return 1 + (63 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  static int sizeOfNumber(long value) {
    return value == 0 ? 0 : 1 + sizeOfVarint(value);
  }

  static int sizeOfBytes(Bytes value) {
    return value.isEmpty() ? 0 : (int) sizeOfMessage(value.length());
  }

  /// The size of a field that holds a message of `length` bytes.
  static long sizeOfMessage(long length) {
    return 1 + sizeOfVarint(length) + length;
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      array[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[at++] = (byte) rest;
  }

  void number(int field, long value) {
    if (value != 0) {
      array[at++] = (byte) (field << 3);
      varint(value);
    }
  }

  void flag(int field, boolean value) {
    number(field, value ? 1 : 0);
  }

  void bytes(int field, Bytes value) {
    if (!value.isEmpty()) {
      message(field, value);
    }
  }

  void message(int field, Bytes encoded) {
    begin(field, encoded.length());
    raw(encoded);
  }

  /// Begins a message, whose `length` bytes follow.
  void begin(int field, int length) {
    array[at++] = (byte) (field << 3 | LENGTH);
    varint(length);
  }

  void raw(Bytes bytes) {
    System.arraycopy(bytes.array(), bytes.offset(), array, at, bytes.length());
    at += bytes.length();
  }

  Bytes done() {
    require(at == array.length, "wrote %d bytes of %d", at, array.length);
    return Bytes.of(array);
  }
}
