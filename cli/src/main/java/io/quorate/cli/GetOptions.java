package io.quorate.cli;

import io.quorate.client.Query;
import io.quorate.server.config.UsageException;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What is to be read; also within a transaction.
final class GetOptions {
  /// By what the keys are ordered, in etcdctl's words.
  enum Sort {
    KEY(Query.Sort.KEY),
    VERSION(Query.Sort.VERSION),
    CREATE(Query.Sort.CREATE_REVISION),
    MODIFY(Query.Sort.MOD_REVISION),
    VALUE(Query.Sort.VALUE);

    final Query.Sort sort;

    Sort(Query.Sort sort) {
      this.sort = sort;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  enum Order {
    ASCEND,
    DESCEND;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Mixin KeyRangeOptions keys = new KeyRangeOptions();

  @Option(names = "--limit", paramLabel = "N", description = "At most so many keys.")
  long limit;

  @Option(names = "--rev", paramLabel = "REVISION", description = "The state at this revision.")
  long revision;

  @Option(
      names = "--serializable",
      description = "Take an answer from one node's own state, which may be stale.")
  boolean serializable;

  @Option(names = "--keys-only", description = "Without the values.")
  boolean keysOnly;

  @Option(names = "--count-only", description = "Only how many keys there are.")
  boolean countOnly;

  @Option(
      names = "--sort-by",
      paramLabel = "WHAT",
      defaultValue = "key",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  Sort sort = Sort.KEY;

  @Option(
      names = "--order",
      paramLabel = "ORDER",
      defaultValue = "ascend",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  Order order = Order.ASCEND;

  Query operation() {
    if (keysOnly && countOnly) {
      throw new UsageException("--keys-only and --count-only ask for two things: give one of them");
    }
    var part = keysOnly ? Query.Part.KEYS : countOnly ? Query.Part.COUNT : Query.Part.ALL;
    return Query.of(keys.range())
        .limit(limit)
        .at(revision)
        .serializable(serializable)
        .part(part)
        .sorted(sort.sort, order == Order.DESCEND);
  }
}
