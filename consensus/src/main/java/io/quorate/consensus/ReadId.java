package io.quorate.consensus;

/// Names a read barrier: never used before, in any life of the replica that asks.
///
/// @param incarnation the asking replica's life
/// @param number 1, 2, 3 … within that life
public record ReadId(long incarnation, long number) {
  @Override
  public String toString() {
    return incarnation + "/" + number;
  }
}
