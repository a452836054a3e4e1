package io.quorate.server.config;

import java.time.Duration;

/// Which revisions the cluster compacts by itself (etcd-F13).
public sealed interface AutoCompaction {
  /// None: only what clients ask for is compacted.
  record Off() implements AutoCompaction {}

  /// What is older than a span of time.
  ///
  /// @param retention more than nothing
  record Periodic(Duration retention) implements AutoCompaction {}

  /// All but the newest ones.
  ///
  /// @param retention how many stay, at least one
  record Revisions(long retention) implements AutoCompaction {}

  /// What a retention counts.
  enum Mode {
    PERIODIC,
    REVISION;

    /// @throws UsageException with etcd's sentence
    static Mode parse(String text) {
      return switch (text) {
        case "periodic" -> PERIODIC;
        case "revision" -> REVISION;
        default -> throw new UsageException("unknown auto-compaction-mode \"%s\"".formatted(text));
      };
    }
  }

  /// @throws UsageException with etcd's sentence, if the retention is none of the mode
  static AutoCompaction parse(Mode mode, String retention) {
    return switch (mode) {
      case PERIODIC -> {
        var time = time(retention);
        yield time.isZero() ? new Off() : new Periodic(time);
      }
      case REVISION -> {
        long revisions = revisions(retention);
        yield revisions == 0 ? new Off() : new Revisions(revisions);
      }
    };
  }

  private static Duration time(String text) {
    Duration time;
    try {
      // A number alone means hours.
      time = GoDuration.parse(text.matches("\\d+") ? text + "h" : text);
    } catch (IllegalArgumentException e) {
      throw notParsed(String.valueOf(e.getMessage()));
    }
    if (time.isNegative()) {
      throw notParsed("\"%s\" is less than nothing".formatted(text));
    }
    return time;
  }

  private static long revisions(String text) {
    try {
      long revisions = Long.parseLong(text);
      if (revisions >= 0) {
        return revisions;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw notParsed("mode revision needs a whole number of revisions, not \"%s\"".formatted(text));
  }

  private static UsageException notParsed(String why) {
    return new UsageException("error parsing CompactionRetention: " + why);
  }
}
