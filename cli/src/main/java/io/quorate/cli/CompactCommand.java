package io.quorate.cli;

import com.google.gson.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `quorate compact REVISION`.
@Command(
    name = "compact",
    description = "Gives up the history below a revision, for ever.",
    exitCodeList = {"0:compacted", "1:failed", "2:wrong usage"},
    exitCodeListHeading = "Exit codes:%n",
    mixinStandardHelpOptions = true)
final class CompactCommand implements Callable<Integer> {
  @Mixin ClusterOptions cluster = new ClusterOptions();
  @Mixin Output output = new Output();

  @Parameters(
      index = "0",
      paramLabel = "REVISION",
      description = "The oldest that can be read and watched from then on.")
  long revision;

  @Option(names = "--physical", description = "Wait until the space is free.")
  boolean physical;

  @Override
  public Integer call() {
    try (var client = cluster.connect()) {
      long now = client.maintenance().compact(revision, physical);
      if (output.isJson()) {
        var object = new JsonObject();
        object.addProperty("compactRevision", revision);
        object.addProperty("revision", now);
        output.json(object);
      } else {
        output.line("compacted revision " + revision);
      }
      return 0;
    }
  }
}
