package io.quorate.consensus.script;

import java.util.random.RandomGenerator;

/// No randomness at all: a member's number decides, so that times are readable and differ.
record ScriptedRandom(long number) implements RandomGenerator {
  @Override
  public long nextLong() {
    return number;
  }

  @Override
  public long nextLong(long bound) {
    return bound / 10 * number;
  }
}
