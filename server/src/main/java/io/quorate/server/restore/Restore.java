package io.quorate.server.restore;

import static java.util.Objects.requireNonNull;

import io.quorate.consensus.wire.MalformedException;
import io.quorate.journal.DiskException;
import io.quorate.journal.Identity;
import io.quorate.journal.Journal;
import io.quorate.node.Members;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.UsageException;
import io.quorate.server.disk.DirectoryLock;
import io.quorate.server.disk.FileDisk;
import io.quorate.server.disk.Trees;
import io.quorate.server.rocksdb.RocksEngines;
import io.quorate.server.warmup.WarmUp;
import io.quorate.store.EngineException;
import io.quorate.store.SnapshotReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;

/// Makes the data directory of one member of a new cluster from a snapshot of another cluster.
///
/// It is built below its place, for that may be a mount point or a link. What is whole moves up,
/// the identity last: until then no node starts on what is there. Why members that begin otherwise
/// cannot take part: `docs/decisions/0004-a-restored-cluster-is-a-new-one.md`.
///
/// @param config of the member
/// @param bump by how much the revision is raised
/// @param markCompacted whether the past up to that revision counts as compacted
public record Restore(ServerConfig config, long bump, boolean markCompacted) {
  /// Where a node's store begins.
  private static final String STORE = "store";

  private static final String JOURNAL = "journal";

  private static final String FIRST = "1";
  private static final String BUILDING = "restoring";

  /// No data: what a process may have left that made none, and what a file system has of its own.
  private static final Set<String> REMAINS =
      Set.of(DirectoryLock.FILE, WarmUp.DIRECTORY, BUILDING, "lost+found");

  /// Half of all that there are.
  private static final long MOST_REVISION = Long.MAX_VALUE / 2;

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
    requireRoomFor(found.summary().head().newest());
    long self = members.named(config.name()).id();
    var place = config.dataDir().toAbsolutePath();
    try {
      boolean isThere = Files.exists(place, LinkOption.NOFOLLOW_LINKS);
      if (isThere) {
        place = place.toRealPath();
        requireFree(place);
      }
      make(place, isThere, snapshot, self, members.cluster());
    } catch (IOException e) {
      throw new UsageException("cannot write %s: %s".formatted(place, e));
    } catch (DiskException | EngineException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    return found;
  }

  private void requireRoomFor(long revision) {
    if (bump > MOST_REVISION - revision) {
      throw new UsageException(
          "--bump-revision %d is too much: it leaves no revisions to a cluster that begins at %d"
              .formatted(bump, revision));
    }
  }

  private static void requireFree(Path place) throws IOException {
    try (var inside = Files.list(place)) {
      if (!inside.allMatch(path -> REMAINS.contains(path.getFileName().toString()))) {
        throw new UsageException(
            "the data directory %s is not empty: a snapshot is restored into a new one"
                .formatted(place));
      }
    }
  }

  /// @param isThere whether the place stays if this fails
  private void make(Path place, boolean isThere, SnapshotFile snapshot, long self, long cluster)
      throws IOException {
    try (var _ = DirectoryLock.take(place)) {
      requireFree(place);
      var building = place.resolve(BUILDING);
      boolean whole = false;
      try {
        WarmUp.deleteRemains(config);
        Trees.delete(building); // of a restore that was killed, for nobody else has the lock
        fill(building, snapshot, self, cluster);
        moveUp(building, place);
        if (!isThere) {
          force(requireNonNull(place.getParent()));
        }
        whole = true;
      } finally {
        Trees.delete(whole || isThere ? building : place);
      }
    }
  }

  /// A journal without an identity is damaged for a node, so it is the first to move.
  private static void moveUp(Path building, Path place) throws IOException {
    for (var name : List.of(JOURNAL, STORE, Identity.FILE)) {
      Files.move(building.resolve(name), place.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      force(place);
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
