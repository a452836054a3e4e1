package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;

/// Walks over the fields of an encoded protobuf message, without copying any of it.
///
/// Reads like the generated classes do: what it does not know it passes over, also a known field of
/// another wire type. It is in our hands so that every version of every node takes the same bytes
/// for the same request.
final class ProtoReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int GROUP = 3;
  private static final int GROUP_END = 4;
  private static final int FIXED32 = 5;

  /// Unknown groups within each other.
  private static final int MAX_GROUPS = 100;

  private final byte[] array;
  private final int limit;
  private int at;
  private int field;
  private int wire;
  private long number;
  private Bytes bytes = Bytes.EMPTY;

  ProtoReader(Bytes message) {
    array = message.array();
    at = message.offset();
    limit = at + message.length();
  }

  /// On to the next field that has a number or bytes.
  ///
  /// @return false behind the last one
  /// @throws MalformedException if these are no fields
  boolean next() throws MalformedException {
    while (at < limit) {
      readTag();
      switch (wire) {
        case VARINT -> {
          number = varint();
          return true;
        }
        case LENGTH -> {
          int length = length();
          bytes = Bytes.of(array, at, length);
          at += length;
          return true;
        }
        default -> pass();
      }
    }
    return false;
  }

  /// The number of the present field; 0 if it does not hold bytes, which no field has.
  int bytesField() {
    return wire == LENGTH ? field : 0;
  }

  /// The number of the present field; 0 if it does not hold a number, which no field has.
  int numberField() {
    return wire == VARINT ? field : 0;
  }

  Bytes bytes() {
    return bytes;
  }

  long number() {
    return number;
  }

  boolean flag() {
    return number != 0;
  }

  private void readTag() throws MalformedException {
    int tag = (int) varint();
    field = tag >>> 3;
    wire = tag & 7;
    if (field == 0) {
      throw new MalformedException("a field with the number 0");
    }
  }

  private long varint() throws MalformedException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at == limit) {
        throw new MalformedException("ends within a number");
      }
      byte b = array[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new MalformedException("a number of more than ten bytes");
  }

  private int length() throws MalformedException {
    long length = varint();
    if (length < 0 || length > limit - at) {
      throw new MalformedException("ends within a field");
    }
    return (int) length;
  }

  private void pass() throws MalformedException {
    int groups = 0;
    do {
      switch (wire) {
        case VARINT -> varint();
        case FIXED64 -> skip(8);
        case LENGTH -> skip(length());
        case GROUP -> groups++;
        case GROUP_END -> groups--;
        case FIXED32 -> skip(4);
        default -> throw new MalformedException("no field has the wire type " + wire);
      }
      if (groups < 0 || groups > MAX_GROUPS) {
        throw new MalformedException("a group without its other end");
      }
      if (groups > 0) {
        readTag();
      }
    } while (groups > 0);
  }

  private void skip(int count) throws MalformedException {
    if (count > limit - at) {
      throw new MalformedException("ends within a field");
    }
    at += count;
  }
}
