package io.quorate.simulation.watch;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A promise was broken. Names the invariant, as `docs/reliability.md` lists it.
public final class ViolationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String invariant;

  public ViolationException(String invariant, String what) {
    super(invariant + ": " + what);
    this.invariant = invariant;
  }

  public String invariant() {
    return invariant;
  }

  public static void check(
      boolean holds, String invariant, String what, @Nullable Object... details) {
    if (!holds) {
      throw new ViolationException(invariant, String.format(Locale.ROOT, what, details));
    }
  }
}
