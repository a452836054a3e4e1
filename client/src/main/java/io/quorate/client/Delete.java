package io.quorate.client;

/// Keys that are to go.
///
/// @param previous whether what stood there is to be told
public record Delete(KeyRange range, boolean previous) implements Operation {

  public static Delete of(KeyRange range) {
    return new Delete(range, false);
  }

  public Delete previous(boolean wanted) {
    return new Delete(range, wanted);
  }
}
