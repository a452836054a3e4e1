package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;

/// What is known of a key from one change of it to the next, but for its value.
///
/// @param mod the revision of the change
/// @param sub its place among the changes of that revision
/// @param create the revision in which the key was created last
/// @param version 1 at creation, one more with each put; 0 if the change is a delete
/// @param lease that the key is attached to, or 0
/// @param size bytes of the encoded record of the change, so that it is known before that is read
record Version(long mod, int sub, long create, long version, long lease, int size) {
  /// With a record that is still to be encoded.
  Version(long mod, int sub, long create, long version, long lease) {
    this(mod, sub, create, version, lease, 0);
  }

  static Version deleted(long mod, int sub) {
    return new Version(mod, sub, 0, 0, 0);
  }

  Version ofSize(int bytes) {
    return new Version(mod, sub, create, version, lease, bytes);
  }

  boolean isDelete() {
    return version == 0;
  }

  /// Whether this is what the key came to by the change at that place.
  boolean isAt(long otherMod, int otherSub) {
    return mod == otherMod && sub == otherSub;
  }

  static final Codec<Version> CODEC =
      new Codec<>() {
        @Override
        public void write(Version version, WireWriter out) {
          out.varint(version.mod);
          out.varint(version.sub);
          out.varint(version.create);
          out.varint(version.version);
          out.varint(version.lease);
          out.varint(version.size);
        }

        @Override
        public Version read(WireReader in) throws MalformedException {
          return new Version(
              in.count(), (int) in.count(), in.count(), in.count(), in.varint(), (int) in.count());
        }
      };

  /// A version that the store itself has written.
  static Version ofStored(Bytes bytes) {
    try {
      return CODEC.decode(bytes);
    } catch (MalformedException e) {
      throw new EngineException("a version of a key cannot be read: " + e.getMessage(), e);
    }
  }
}
