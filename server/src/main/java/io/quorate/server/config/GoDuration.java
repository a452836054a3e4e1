package io.quorate.server.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/// A span of time as Go writes it, and so etcd's flags do: `300ms`, `1.5h`, `2h45m` (etcd-F13).
final class GoDuration {
  private static final Map<String, BigDecimal> NANOS =
      Map.of(
          "ns", BigDecimal.ONE,
          "us", new BigDecimal(1_000),
          "\u00b5s", new BigDecimal(1_000), // the micro sign
          "\u03bcs", new BigDecimal(1_000), // the Greek letter
          "ms", new BigDecimal(1_000_000),
          "s", new BigDecimal(1_000_000_000L),
          "m", new BigDecimal(60_000_000_000L),
          "h", new BigDecimal(3_600_000_000_000L));

  private static final Pattern PART = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)([^\\d.]*)");
  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

  private GoDuration() {}

  /// @throws IllegalArgumentException with Go's own sentence
  static Duration parse(String text) {
    var unsigned = text.replaceFirst("^[-+]", "");
    if (unsigned.equals("0")) {
      return Duration.ZERO;
    }
    var part = PART.matcher(unsigned);
    var nanos = BigDecimal.ZERO;
    int at = 0;
    do {
      if (!part.region(at, unsigned.length()).lookingAt()) {
        throw invalid("invalid duration \"%s\"", text);
      }
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit(part.group(2), text)));
      at = part.end();
    } while (at < unsigned.length());
    var whole = nanos.toBigInteger();
    if (whole.compareTo(MOST) > 0) {
      throw invalid("invalid duration \"%s\"", text);
    }
    return Duration.ofNanos(text.startsWith("-") ? -whole.longValue() : whole.longValue());
  }

  private static BigDecimal unit(String unit, String text) {
    if (unit.isEmpty()) {
      throw invalid("missing unit in duration \"%s\"", text);
    }
    var nanos = NANOS.get(unit);
    if (nanos == null) {
      throw invalid("unknown unit \"%s\" in duration \"%s\"", unit, text);
    }
    return nanos;
  }

  private static IllegalArgumentException invalid(String sentence, Object... values) {
    return new IllegalArgumentException("time: " + sentence.formatted(values));
  }
}
