package io.quorate.simulation;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What happens in a run, a line an event, for people. Costs nothing where nobody looks.
public final class Trace {
  /// Nobody looks.
  public static final Trace NONE = new Trace(null);

  private final @Nullable Consumer<String> sink;
  private Supplier<Long> clock = () -> 0L;

  private Trace(@Nullable Consumer<String> sink) {
    this.sink = sink;
  }

  /// Hands each line to a consumer.
  public static Trace to(Consumer<String> sink) {
    return new Trace(sink);
  }

  void clock(Supplier<Long> now) {
    if (sink != null) {
      clock = now;
    }
  }

  boolean isOn() {
    return sink != null;
  }

  void line(Supplier<String> text) {
    if (sink != null) {
      sink.accept(String.format(Locale.ROOT, "%12.6f  %s", clock.get() / 1e9, text.get()));
    }
  }
}
