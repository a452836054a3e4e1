package io.quorate.cli;

import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.UsageException;
import io.quorate.server.restore.Restore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `quorate snapshot restore FILE`, with etcdutl's flags.
@Command(
    name = "restore",
    description = {
      "Makes the data directory of one member of a new cluster from a snapshot.",
      "Each member restores the same file, with its own --name and the same other",
      "flags, and is then started by quorate server with these flags. Keys, their past",
      "and leases come along; members, alarms and the log of the old cluster do not."
    },
    exitCodeList = {"0:the directory is there", "2:it is not, for the reason that is told"},
    exitCodeListHeading = "Exit codes:%n",
    mixinStandardHelpOptions = true)
final class SnapshotRestoreCommand implements Callable<Integer> {
  @Mixin Output output = new Output();

  @Parameters(index = "0", paramLabel = "FILE")
  Path file = Path.of("");

  @Option(names = "--name", description = "of this member; default: ${DEFAULT-VALUE}")
  String name = "default";

  @Option(names = "--data-dir", description = "to make; default: NAME.quorate")
  String dataDir = "";

  @Option(names = "--initial-cluster", description = "NAME=URL,…: all members")
  String cluster = "";

  @Option(
      names = "--initial-cluster-token",
      description = "makes the cluster another than the old one; default: ${DEFAULT-VALUE}")
  String token = "etcd-cluster";

  @Option(names = "--initial-advertise-peer-urls", description = "URLs of this member")
  String peerUrls = "";

  @Option(
      names = "--bump-revision",
      description =
          "raises the revision by so much, so that clients of the old cluster that saw"
              + " later ones than the snapshot's see none twice; needs --mark-compacted")
  long bump;

  @Option(
      names = "--mark-compacted",
      description = "takes the past for compacted, so that watches of the old cluster end")
  boolean markCompacted;

  @Override
  public Integer call() {
    if (bump < 0 || (bump > 0) != markCompacted) {
      throw new UsageException(
          "--bump-revision above 0 and --mark-compacted go together: give both or none");
    }
    var status = new Restore(config(), bump, markCompacted).from(file);
    SnapshotStatusCommand.print(output, status);
    return 0;
  }

  private ServerConfig config() {
    var flags = new ArrayList<>(List.of("--name", name, "--initial-cluster-token", token));
    add(flags, "--data-dir", dataDir);
    add(flags, "--initial-cluster", cluster);
    add(flags, "--initial-advertise-peer-urls", peerUrls);
    return ServerConfig.parse(flags, Map.of());
  }

  private static void add(List<String> flags, String flag, String value) {
    if (!value.isEmpty()) {
      flags.add(flag);
      flags.add(value);
    }
  }
}
