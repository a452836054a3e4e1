package io.quorate.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `quorate del KEY`.
@Command(
    name = "del",
    description = "Deletes a key, or several; prints how many there were.",
    exitCodeList = {"0:none of them is there any more", "1:failed", "2:wrong usage"},
    exitCodeListHeading = "Exit codes:%n",
    mixinStandardHelpOptions = true)
final class DelCommand implements Callable<Integer> {
  @Mixin ClusterOptions cluster = new ClusterOptions();
  @Mixin Output output = new Output();
  @Mixin DelOptions del = new DelOptions();

  @Override
  public Integer call() {
    try (var client = cluster.connect()) {
      var result = client.delete(del.operation());
      if (output.isJson()) {
        output.json(Json.of(result));
        return 0;
      }
      output.line(String.valueOf(result.deleted()));
      if (!result.previous().isEmpty()) {
        output.table(KeyValueTable.of(result.previous()));
      }
      return 0;
    }
  }
}
