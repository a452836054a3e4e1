package io.quorate.client;

/// A condition of a transaction: how what stands under a key compares with what is given.
///
/// A key that is not there has version, revisions and lease 0; a comparison of its value is false.
public sealed interface Comparison {
  ByteSequence key();

  Relation relation();

  /// How what stands there has to be to what is given.
  enum Relation {
    EQUAL,
    GREATER,
    LESS,
    NOT_EQUAL
  }

  /// The numbers that go with a key.
  enum Field {
    VERSION,
    CREATE_REVISION,
    MOD_REVISION,
    LEASE
  }

  /// Compares the value, byte by byte.
  record OfValue(ByteSequence key, Relation relation, ByteSequence value) implements Comparison {}

  /// Compares one of the numbers.
  record OfNumber(ByteSequence key, Field field, Relation relation, long number)
      implements Comparison {}
}
