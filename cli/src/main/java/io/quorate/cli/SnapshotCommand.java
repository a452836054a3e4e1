package io.quorate.cli;

import com.google.gson.JsonObject;
import io.quorate.client.Snapshot;
import io.quorate.server.config.UsageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `quorate snapshot …`.
@Command(
    name = "snapshot",
    description = "Takes the whole state of a node away, and begins a new cluster with it.",
    subcommands = {
      SnapshotCommand.Save.class,
      SnapshotStatusCommand.class,
      SnapshotRestoreCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true)
final class SnapshotCommand extends CommandGroup {
  /// `quorate snapshot save FILE`.
  @Command(
      name = "save",
      description = {
        "Saves the state of the node at the one endpoint to a file.",
        "It is written beside it first, as FILE.part, checked against the SHA-256 that comes at"
            + " its",
        "end, forced to the disk and only then given its name."
      },
      exitCodeList = {"0:the file is whole", "1:failed; FILE is as it was", "2:wrong usage"},
      exitCodeListHeading = "Exit codes:%n",
      mixinStandardHelpOptions = true)
  static final class Save implements Callable<Integer> {
    private static final long PROGRESS = TimeUnit.MILLISECONDS.toNanos(200);

    @Mixin ClusterOptions cluster = new ClusterOptions();
    @Mixin Output output = new Output();

    @Parameters(index = "0", paramLabel = "FILE")
    Path file = Path.of("");

    private long shown = System.nanoTime();

    @Override
    public Integer call() throws IOException {
      var part = file.resolveSibling(file.getFileName() + ".part");
      try (var client = cluster.connect()) {
        if (client.addresses().size() != 1) {
          throw new UsageException("a snapshot is of one node: name one with --endpoints");
        }
        Snapshot snapshot;
        try (var channel = open(part)) {
          snapshot =
              client
                  .maintenance()
                  .snapshot((piece, remaining) -> {
                    write(channel, part, ByteBuffer.wrap(piece));
                    progress(channel.position(), remaining);
                  });
          channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        print(snapshot);
        return 0;
      } finally {
        Files.deleteIfExists(part);
      }
    }

    private static FileChannel open(Path part) throws IOException {
      try {
        return FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw new UsageException(
            "cannot write %s (%s): choose another place".formatted(part, e.getMessage()));
      }
    }

    private static void write(FileChannel channel, Path part, ByteBuffer bytes) throws IOException {
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException e) {
        throw new IOException(
            "cannot write %s (%s): make room, or choose another place"
                .formatted(part, e.getMessage()),
            e);
      }
    }

    private void progress(long done, long remaining) {
      if (Terminal.isThere() && System.nanoTime() - shown > PROGRESS) {
        shown = System.nanoTime();
        output.note(
            "%s of %s".formatted(Table.bytes(done), Table.bytes(done + Math.max(0, remaining))));
      }
    }

    private void print(Snapshot snapshot) {
      if (output.isJson()) {
        var object = new JsonObject();
        object.addProperty("file", file.toString());
        object.addProperty("bytes", snapshot.bytes());
        object.addProperty("sha256", snapshot.sha256());
        object.addProperty("version", snapshot.version());
        output.json(object);
      } else {
        output.line(
            "saved %s, %s, SHA-256 %s"
                .formatted(file, Table.bytes(snapshot.bytes()), snapshot.sha256()));
      }
    }
  }
}
