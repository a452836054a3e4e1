package io.quorate.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `quorate put KEY VALUE`.
@Command(
    name = "put",
    description = "Puts a value under a key.",
    exitCodeList = {"0:the value stands", "1:failed", "2:wrong usage"},
    exitCodeListHeading = "Exit codes:%n",
    mixinStandardHelpOptions = true)
final class PutCommand implements Callable<Integer> {
  @Mixin ClusterOptions cluster = new ClusterOptions();
  @Mixin Output output = new Output();
  @Mixin PutOptions put = new PutOptions();

  @Override
  public Integer call() {
    try (var client = cluster.connect()) {
      var result = client.put(put.operation());
      if (output.isJson()) {
        output.json(Json.of(result));
        return 0;
      }
      output.line("OK, revision " + result.revision());
      var previous = result.previous();
      if (previous != null) {
        output.table(KeyValueTable.of(List.of(previous)));
      }
      return 0;
    }
  }
}
