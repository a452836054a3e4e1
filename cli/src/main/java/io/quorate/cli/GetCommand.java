package io.quorate.cli;

import io.quorate.client.Found;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `quorate get KEY`: the value alone; of several keys a table.
@Command(
    name = "get",
    description = "Prints the value of a key, or a table of several keys.",
    exitCodeList = {"0:found", "1:not found, or failed", "2:wrong usage"},
    exitCodeListHeading = "Exit codes:%n",
    mixinStandardHelpOptions = true)
final class GetCommand implements Callable<Integer> {
  @Mixin ClusterOptions cluster = new ClusterOptions();
  @Mixin Output output = new Output();
  @Mixin GetOptions get = new GetOptions();

  @Override
  public Integer call() {
    try (var client = cluster.connect()) {
      var found = client.get(get.operation());
      if (output.isJson()) {
        output.json(Json.of(found));
      } else {
        print(found);
      }
      return found.count() == 0 ? 1 : 0;
    }
  }

  private void print(Found found) {
    if (get.countOnly) {
      output.line(String.valueOf(found.count()));
    } else if (get.keysOnly) {
      found.keyValues().forEach(each -> output.line(Text.cell(each.key())));
    } else if (get.keys.isSingle()) {
      found.keyValues().forEach(each -> output.line(Text.plain(each.value())));
    } else if (!found.keyValues().isEmpty()) {
      output.table(KeyValueTable.of(found.keyValues()));
    }
    if (found.more()) {
      output.note("%d of %d keys".formatted(found.keyValues().size(), found.count()));
    }
  }
}
