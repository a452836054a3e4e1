package io.quorate.cli;

import io.quorate.client.Delete;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What is to be deleted; also within a transaction.
final class DelOptions {
  @Mixin KeyRangeOptions keys = new KeyRangeOptions();

  @Option(names = "--prev-kv", description = "Tell what stood there.")
  boolean previous;

  Delete operation() {
    return Delete.of(keys.range()).previous(previous);
  }
}
