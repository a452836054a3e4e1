package io.quorate.server.disk;

import static java.util.Objects.requireNonNull;

import io.quorate.journal.Disk;
import io.quorate.journal.DiskException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// A directory of the file system as a node's disk.
///
/// Flushes that may not block the loop run on a thread of their own, preparation of files on
/// another. No thread that works on a file is ever interrupted, for that would close the file.
public final class FileDisk implements Disk {
  private final Path root;
  private final DirectoryLock lock;
  private final DiskThread flusher;
  private final DiskThread background;
  private final Executor loop;
  private final FlushTimes times = new FlushTimes();

  /// Opens a directory, which no other process may have open.
  ///
  /// @param loop runs completions
  /// @param failed told, once, when work in the background fails; the node must end
  /// @throws DiskException if another process has the directory, or it cannot be used
  public FileDisk(Path root, Executor loop, Consumer<Throwable> failed) {
    this.root = root;
    this.loop = loop;
    lock = DirectoryLock.take(root);
    flusher = new DiskThread("journal", failed);
    background = new DiskThread("journal-files", failed);
  }

  static void createDirectories(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, OwnerOnly.DIRECTORY);
    }
  }

  static DiskException failure(String what, IOException cause) {
    return new DiskException("%s: %s".formatted(what, reason(cause)), cause);
  }

  /// In words: what names a file often says nothing else.
  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied for " + denied.getFile();
      case NoSuchFileException missing -> "there is no " + missing.getFile();
      case NotDirectoryException file -> file.getFile() + " is no directory";
      case FileAlreadyExistsException taken -> taken.getFile() + " is there and is no directory";
      default -> String.valueOf(e.getMessage());
    };
  }

  private Path path(String name) {
    return root.resolve(name);
  }

  @Override
  public List<String> list(String directory) {
    var path = path(directory);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (var files = Files.list(path)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(DirectoryLock.FILE))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw failure("cannot list " + path, e);
    }
  }

  @Override
  public File open(String name) {
    return openFile(name);
  }

  private DiskFile openFile(String name) {
    var path = path(name);
    try {
      createDirectories(requireNonNull(path.getParent()));
      var channel =
          FileChannel.open(
              path,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              OwnerOnly.FILE);
      return new DiskFile(path, channel, flusher, loop, times);
    } catch (IOException e) {
      throw failure("cannot open " + path, e);
    }
  }

  @Override
  public void rename(String from, String to) {
    try {
      Files.move(path(from), path(to), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failure("cannot rename %s to %s".formatted(path(from), path(to)), e);
    }
  }

  @Override
  public void delete(String name) {
    try {
      Files.deleteIfExists(path(name));
    } catch (IOException e) {
      throw failure("cannot delete " + path(name), e);
    }
  }

  @Override
  public void forceDirectory(String directory) {
    var path = path(directory);
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw failure("cannot make the names in %s durable".formatted(path), e);
    }
  }

  @Override
  public void inBackground(Runnable work, Runnable done) {
    background.run(() -> {
      work.run();
      loop.execute(done);
    });
  }

  @Override
  public long freeSpace() {
    try {
      return Files.getFileStore(root).getUsableSpace();
    } catch (IOException e) {
      throw failure("cannot tell the free space of " + root, e);
    }
  }

  /// How long flushes took.
  public FlushTimes times() {
    return times;
  }

  @Override
  public void close() {
    flusher.finish();
    background.finish();
    lock.close();
  }
}
