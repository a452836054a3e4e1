package io.quorate.server.restore;

import io.quorate.consensus.wire.MalformedException;
import io.quorate.journal.Identity;
import io.quorate.journal.Journal;
import io.quorate.node.Members;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.UsageException;
import io.quorate.server.disk.FileDisk;
import io.quorate.server.rocksdb.RocksEngines;
import io.quorate.store.SnapshotReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;

/// Makes the data directory of one member of a new cluster from a snapshot of another cluster.
///
/// It is built beside its place and gets its name last, so what has the name is whole. Why members
/// that begin otherwise cannot take part: `docs/decisions/0004-a-restored-cluster-is-a-new-one.md`.
///
/// @param config of the member
/// @param bump by how much the revision is raised
/// @param markCompacted whether the past up to that revision counts as compacted
public record Restore(ServerConfig config, long bump, boolean markCompacted) {
  /// Where a node's store begins.
  private static final String STORE = "store";

  private static final String FIRST = "1";

  /// @return what is in the snapshot
  /// @throws UsageException with one sentence; then there is no new directory
  public SnapshotFile.Status from(Path file) {
    var snapshot = new SnapshotFile(file);
    var found = snapshot.check();
    var members = Members.of(config.token(), config.cluster());
    if (members.cluster() == found.summary().head().cluster()) {
      throw new UsageException(
          "the new cluster would have the id of the old one, %x: give it another --initial-cluster-token, here and at each start"
              .formatted(members.cluster()));
    }
    long self = members.named(config.name()).id();
    var place = config.dataDir().toAbsolutePath();
    requireFree(place);
    var building = place.resolveSibling(place.getFileName() + ".restoring");
    try {
      if (Files.exists(building)) {
        throw new UsageException(
            "%s is in the way, left by a restore that did not end: delete it".formatted(building));
      }
      fill(building, snapshot, self, members.cluster());
      Files.deleteIfExists(place);
      Files.move(building, place, StandardCopyOption.ATOMIC_MOVE);
      var parent = place.getParent();
      if (parent != null) {
        force(parent);
      }
    } catch (IOException e) {
      throw new UsageException("cannot write %s: %s".formatted(place, e));
    }
    return found;
  }

  private static void requireFree(Path place) {
    try (var inside = Files.list(place)) {
      if (inside.findAny().isPresent()) {
        throw new UsageException(
            "the data directory %s is not empty: a snapshot is restored into a new one"
                .formatted(place));
      }
    } catch (NoSuchFileException e) {
      // As it should be.
    } catch (IOException e) {
      throw new UsageException("cannot use the data directory %s: %s".formatted(place, e));
    }
  }

  private void fill(Path building, SnapshotFile snapshot, long self, long cluster)
      throws IOException {
    try (var disk =
        new FileDisk(
            building,
            Runnable::run,
            e -> {
              throw new IllegalStateException(e);
            })) {
      Identity.create(
          disk, self, cluster, new SecureRandom(), new Journal.Options(config.segmentBytes()));
    }
    try (var engines = new RocksEngines(building.resolve(STORE))) {
      var reader = new SnapshotReader(engines, FIRST);
      var trailer = snapshot.readInto(reader);
      reader.finish(trailer, bump, markCompacted);
    } catch (MalformedException e) {
      throw new IOException(e);
    }
    force(building);
  }

  private static void force(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
