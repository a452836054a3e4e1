package io.quorate.simulation;

import java.util.Locale;

/// A fault and the time at which it strikes.
record Planned(long time, Fault fault) {
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%9.3f s  %s", time / 1e9, fault);
  }
}
