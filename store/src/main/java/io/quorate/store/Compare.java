package io.quorate.store;

import io.quorate.consensus.wire.Bytes;

/// A condition of a transaction: "what is stored stands so to what is given".
///
/// @param number what a stored number is compared with; 0 if none of the target's kind was given
/// @param value what a stored value is compared with; empty if none was given
public record Compare(
    Result result, Target target, Bytes key, Bytes rangeEnd, long number, Bytes value) {

  /// How the stored stands to the given.
  public enum Result {
    EQUAL,
    GREATER,
    LESS,
    NOT_EQUAL,
    /// A number that no version has: holds always.
    UNKNOWN
  }

  /// What is compared.
  public enum Target {
    VERSION,
    CREATE,
    MOD,
    VALUE,
    LEASE,
    /// A number that no version has: equal always.
    UNKNOWN
  }

  KeyRange keys() {
    return KeyRange.of(key, rangeEnd);
  }

  /// Whether it holds in this state.
  ///
  /// A key that is not there has 0 for every number, and no value: a compare of values is false
  /// then, whatever it asks. Of a range each key must pass, and an empty one is like a missing key
  /// (etcd-71, 72).
  boolean holdsIn(Keys keys) {
    boolean found = false;
    try (var walk = keys.walk(keys(), Keys.NEWEST)) {
      while (walk.next()) {
        found = true;
        if (!holdsFor(keys, walk.key(), walk.version())) {
          return false;
        }
      }
    }
    return found || (target != Target.VALUE && holds(Long.compare(0, number)));
  }

  private boolean holdsFor(Keys keys, Bytes found, Version version) {
    return holds(
        switch (target) {
          case VERSION -> Long.compare(version.version(), number);
          case CREATE -> Long.compare(version.create(), number);
          case MOD -> Long.compare(version.mod(), number);
          case LEASE -> Long.compare(version.lease(), number);
          case VALUE -> KeyValues.value(keys.keyValue(found, version)).compareTo(value);
          case UNKNOWN -> 0;
        });
  }

  private boolean holds(int order) {
    return switch (result) {
      case EQUAL -> order == 0;
      case GREATER -> order > 0;
      case LESS -> order < 0;
      case NOT_EQUAL -> order != 0;
      case UNKNOWN -> true;
    };
  }
}
