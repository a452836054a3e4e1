package io.quorate.cli;

import io.quorate.client.Query;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `quorate del KEY`.
@Command(
    name = "del",
    description =
        "Deletes a key, or all keys that begin with a prefix; prints how many there were.",
    mixinStandardHelpOptions = true)
final class DelCommand implements Callable<Integer> {
  @Mixin ClusterOptions cluster = new ClusterOptions();
  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Parameters(index = "0", paramLabel = "KEY")
  String key = "";

  @Option(names = "--prefix", description = "Every key that begins with KEY.")
  boolean prefix;

  @Override
  public Integer call() {
    try (var client = cluster.connect()) {
      long deleted = client.delete(prefix ? Query.prefix(key) : Query.key(key));
      spec.commandLine().getOut().println(deleted);
      return 0;
    }
  }
}
