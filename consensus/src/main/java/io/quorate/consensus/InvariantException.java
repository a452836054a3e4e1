package io.quorate.consensus;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A promise that the protocol rests on does not hold. The node must stop at once, loudly, and say
/// nothing more to anyone: going on could cost acknowledged data.
public final class InvariantException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public InvariantException(String message) {
    super(message);
  }

  /// Stops here unless `holds`; the message is a format for the details.
  public static void require(boolean holds, String message, @Nullable Object... details) {
    if (!holds) {
      throw new InvariantException(String.format(Locale.ROOT, message, details));
    }
  }
}
