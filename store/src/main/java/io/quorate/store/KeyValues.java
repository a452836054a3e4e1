package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;

/// Encoded `mvccpb.KeyValue` messages: what is stored for each change, and spliced into answers as
/// it is. A delete has only the key and the revision of the delete.
final class KeyValues {
  private static final int KEY = 1;
  private static final int CREATE = 2;
  private static final int MOD = 3;
  private static final int VERSION = 4;
  private static final int VALUE = 5;
  private static final int LEASE = 6;

  private KeyValues() {}

  static int size(Bytes key, Version version, Bytes value) {
    return ProtoWriter.sizeOfBytes(key)
        + ProtoWriter.sizeOfNumber(version.create())
        + ProtoWriter.sizeOfNumber(version.mod())
        + ProtoWriter.sizeOfNumber(version.version())
        + ProtoWriter.sizeOfBytes(value)
        + ProtoWriter.sizeOfNumber(version.lease());
  }

  static Bytes encode(Bytes key, Version version, Bytes value) {
    var out = new ProtoWriter(size(key, version, value));
    out.bytes(KEY, key);
    out.number(CREATE, version.create());
    out.number(MOD, version.mod());
    out.number(VERSION, version.version());
    out.bytes(VALUE, value);
    out.number(LEASE, version.lease());
    return out.done();
  }

  /// The key in an encoded message, as a view of it.
  static Bytes key(Bytes keyValue) {
    return bytes(keyValue, KEY);
  }

  static Bytes value(Bytes keyValue) {
    return bytes(keyValue, VALUE);
  }

  private static Bytes bytes(Bytes keyValue, int field) {
    var in = new ProtoReader(keyValue);
    try {
      while (in.next()) {
        if (in.bytesField() == field) {
          return in.bytes();
        }
      }
      return Bytes.EMPTY;
    } catch (MalformedException e) {
      throw new EngineException("a stored key cannot be read: " + e.getMessage(), e);
    }
  }

  /// Whether a stored message is that of a delete.
  static boolean isDelete(Bytes keyValue) {
    try {
      return version(keyValue, 0).isDelete();
    } catch (MalformedException e) {
      throw new EngineException("a stored change cannot be read: " + e.getMessage(), e);
    }
  }

  /// What a message tells of its key.
  ///
  /// @param sub the place of the change in its revision, which the message does not hold
  /// @throws MalformedException if the bytes are no such message
  static Version version(Bytes keyValue, int sub) throws MalformedException {
    long create = 0;
    long mod = 0;
    long version = 0;
    long lease = 0;
    var in = new ProtoReader(keyValue);
    while (in.next()) {
      switch (in.numberField()) {
        case CREATE -> create = in.number();
        case MOD -> mod = in.number();
        case VERSION -> version = in.number();
        case LEASE -> lease = in.number();
        default -> {}
      }
    }
    return new Version(mod, sub, create, version, lease, keyValue.length());
  }
}
