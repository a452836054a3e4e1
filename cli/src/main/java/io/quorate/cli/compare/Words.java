package io.quorate.cli.compare;

import java.util.List;
import java.util.Locale;

/// Figures and lists as people read them.
final class Words {
  private Words() {}

  /// With as many digits as its size is worth.
  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1_000) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    double size = Math.abs(value);
    var form = size < 1 ? "%.3f" : size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, form, value);
  }

  /// As in `1.08 s`.
  static String seconds(double milliseconds) {
    return String.format(Locale.ROOT, "%.2f s", milliseconds / 1_000);
  }

  /// The median, and between which two figures it lies where these differ from it as shown.
  static String spread(Samples samples) {
    var median = number(samples.median());
    var low = number(samples.low());
    var high = number(samples.high());
    return low.equals(median) && high.equals(median)
        ? median
        : "%s (%s–%s)".formatted(median, low, high);
  }

  /// As in `a, b and c`.
  static String list(List<?> words) {
    var text = words.stream().map(String::valueOf).toList();
    return text.size() < 2
        ? String.join("", text)
        : String.join(", ", text.subList(0, text.size() - 1)) + " and " + text.getLast();
  }

  /// As in `3, 5 and 7 nodes`.
  static String nodes(List<Integer> nodes) {
    return list(nodes) + " nodes";
  }
}
