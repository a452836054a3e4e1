package io.quorate.client;

/// Which keys are meant.
///
/// @param end empty: the one key; a single zero byte: all keys from `key` on; else the keys before
///   it
public record KeyRange(ByteSequence key, ByteSequence end) {
  private static final ByteSequence ZERO = ByteSequence.of(new byte[1]);

  /// The one key.
  public static KeyRange single(ByteSequence key) {
    return new KeyRange(key, ByteSequence.EMPTY);
  }

  /// Every key that begins with this; the empty prefix means all keys.
  public static KeyRange prefix(ByteSequence prefix) {
    return prefix.length() == 0 ? from(prefix) : new KeyRange(prefix, prefix.prefixEnd());
  }

  /// This key and all behind it.
  public static KeyRange from(ByteSequence first) {
    return new KeyRange(first.length() == 0 ? ZERO : first, ZERO);
  }

  /// The keys from the first on and before the end.
  public static KeyRange between(ByteSequence first, ByteSequence end) {
    return new KeyRange(first, end);
  }
}
