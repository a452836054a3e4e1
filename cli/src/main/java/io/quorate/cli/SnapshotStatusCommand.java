package io.quorate.cli;

import com.google.gson.JsonObject;
import io.quorate.server.restore.SnapshotFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `quorate snapshot status FILE`.
@Command(
    name = "status",
    description = {
      "Reads a snapshot, checks every part of it and its SHA-256,",
      "and tells what is in it. No node is asked."
    },
    exitCodeList = {"0:the file is whole", "2:it is damaged, or no snapshot of this version"},
    exitCodeListHeading = "Exit codes:%n",
    mixinStandardHelpOptions = true)
final class SnapshotStatusCommand implements Callable<Integer> {
  @Mixin Output output = new Output();

  @Parameters(index = "0", paramLabel = "FILE")
  Path file = Path.of("");

  @Override
  public Integer call() {
    print(output, new SnapshotFile(file).check());
    return 0;
  }

  /// @param status of a file that is whole
  static void print(Output output, SnapshotFile.Status status) {
    var head = status.summary().head();
    var cluster = Long.toHexString(head.cluster());
    if (output.isJson()) {
      var object = new JsonObject();
      object.addProperty("sha256", status.sha256());
      object.addProperty("cluster", cluster);
      object.addProperty("revision", head.newest());
      object.addProperty("compactRevision", head.compacted());
      object.addProperty("totalKey", status.summary().changes());
      object.addProperty("totalSize", status.bytes());
      output.json(object);
    } else {
      var table = new Table("HASH", "REVISION", "COMPACTED", "CHANGES", "SIZE", "CLUSTER");
      table.row(
          status.sha256().substring(0, 8),
          head.newest(),
          head.compacted(),
          status.summary().changes(),
          Table.bytes(status.bytes()),
          cluster);
      table.lines().forEach(output::line);
    }
  }
}
