package io.quorate.cli;

import io.quorate.client.Query;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `quorate get KEY`: the value alone, or with `--prefix` key and value line by line.
@Command(
    name = "get",
    description = "Prints the value of a key, or all keys and values that begin with a prefix.",
    exitCodeList = {"0:found", "1:not found, or failed", "2:wrong usage"},
    exitCodeListHeading = "Exit codes:%n",
    mixinStandardHelpOptions = true)
final class GetCommand implements Callable<Integer> {
  @Mixin ClusterOptions cluster = new ClusterOptions();
  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Parameters(index = "0", paramLabel = "KEY")
  String key = "";

  @Option(names = "--prefix", description = "Every key that begins with KEY.")
  boolean prefix;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many keys.")
  long limit;

  @Option(names = "--rev", paramLabel = "REVISION", description = "The state at this revision.")
  long revision;

  @Option(
      names = "--serializable",
      description = "Take an answer from one node's own state, which may be stale.")
  boolean serializable;

  @Override
  public Integer call() {
    try (var client = cluster.connect()) {
      var query = prefix ? Query.prefix(key) : Query.key(key);
      var found = client.get(query.limit(limit).at(revision).serializable(serializable));
      var out = spec.commandLine().getOut();
      for (var each : found.keyValues()) {
        if (prefix) {
          out.println(each.key() + "\t" + each.value());
        } else {
          out.println(each.value());
        }
      }
      if (found.more()) {
        spec.commandLine()
            .getErr()
            .printf("%d of %d keys%n", found.keyValues().size(), found.count());
      }
      return found.keyValues().isEmpty() ? 1 : 0;
    }
  }
}
