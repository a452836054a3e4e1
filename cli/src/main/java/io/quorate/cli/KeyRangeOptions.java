package io.quorate.cli;

import io.quorate.client.ByteSequence;
import io.quorate.client.KeyRange;
import io.quorate.server.config.UsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which keys a command is about.
final class KeyRangeOptions {
  @Parameters(index = "0", paramLabel = "KEY")
  String key = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "RANGE_END",
      description = "The keys from KEY on and before this one.")
  @Nullable String end;

  @Option(
      names = "--prefix",
      description = "Every key that begins with KEY; all keys if that is empty.")
  boolean prefix;

  @Option(names = "--from-key", description = "KEY and all keys behind it.")
  boolean fromKey;

  /// Whether only one key can be meant.
  boolean isSingle() {
    return end == null && !prefix && !fromKey;
  }

  KeyRange range() {
    if ((end == null ? 0 : 1) + (prefix ? 1 : 0) + (fromKey ? 1 : 0) > 1) {
      throw new UsageException(
          "RANGE_END, --prefix and --from-key each say where the keys end: give one of them");
    }
    var first = ByteSequence.of(key);
    if (prefix) {
      return KeyRange.prefix(first);
    }
    if (fromKey) {
      return KeyRange.from(first);
    }
    return end == null ? KeyRange.single(first) : KeyRange.between(first, ByteSequence.of(end));
  }
}
