package io.quorate.server.disk;

import io.quorate.journal.DiskException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/// Keeps every other process out of a data directory, which it makes if there is none.
public final class DirectoryLock implements AutoCloseable {
  /// The file by which it does so; it stays when the lock goes.
  public static final String FILE = "lock";

  private final Path root;
  private final FileChannel channel;

  private DirectoryLock(Path root, FileChannel channel) {
    this.root = root;
    this.channel = channel;
  }

  /// @throws DiskException if another process has the directory, or it cannot be used
  public static DirectoryLock take(Path root) {
    try {
      FileDisk.createDirectories(root);
      var channel =
          FileChannel.open(
              root.resolve(FILE),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              OwnerOnly.FILE);
      if (isTaken(channel)) {
        channel.close();
        throw new DiskException(
            "the data directory %s is in use by another Quorate process: stop that one, or give this one"
                    .formatted(root.toAbsolutePath())
                + " another --data-dir");
      }
      return new DirectoryLock(root, channel);
    } catch (IOException e) {
      throw FileDisk.failure("cannot use the data directory " + root, e);
    }
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      channel.close(); // and the lock with it
    } catch (IOException e) {
      throw FileDisk.failure("cannot release " + root, e);
    }
  }
}
