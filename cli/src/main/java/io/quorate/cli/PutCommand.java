package io.quorate.cli;

import io.quorate.client.ByteSequence;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `quorate put KEY VALUE`.
@Command(name = "put", description = "Puts a value under a key.", mixinStandardHelpOptions = true)
final class PutCommand implements Callable<Integer> {
  @Mixin ClusterOptions cluster = new ClusterOptions();
  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Parameters(index = "0", paramLabel = "KEY")
  String key = "";

  @Parameters(index = "1", paramLabel = "VALUE")
  String value = "";

  @Override
  public Integer call() {
    try (var client = cluster.connect()) {
      long revision = client.put(ByteSequence.of(key), ByteSequence.of(value));
      spec.commandLine().getOut().println("OK, revision " + revision);
      return 0;
    }
  }
}
