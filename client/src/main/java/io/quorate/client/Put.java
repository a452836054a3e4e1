package io.quorate.client;

/// A value for a key.
///
/// @param lease what the key is attached to from then on; 0: to none
/// @param previous whether what stood there before is to be told
public record Put(ByteSequence key, ByteSequence value, long lease, boolean previous)
    implements Operation {

  public static Put of(ByteSequence key, ByteSequence value) {
    return new Put(key, value, 0, false);
  }

  public Put lease(long id) {
    return new Put(key, value, id, previous);
  }

  public Put previous(boolean wanted) {
    return new Put(key, value, lease, wanted);
  }
}
