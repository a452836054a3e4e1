package io.quorate.server.rocksdb;

import io.quorate.journal.DiskException;
import io.quorate.server.disk.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;

/// RocksDB's native library, in which all of its objects live.
///
/// It comes out of a jar, so it has to be a file to be loaded. RocksDB itself would leave that file
/// behind whenever the process is killed or halts; here it goes as soon as it is loaded, for Linux
/// keeps what is mapped.
final class RocksLibrary {
  private static boolean loaded;

  private RocksLibrary() {}

  /// Before any object of RocksDB is made.
  ///
  /// @throws DiskException with one sentence if the temporary directory cannot be used for it
  static synchronized void load() {
    if (loaded) {
      return;
    }
    var temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      loadFrom(Files.createTempDirectory(temporary, "quorate-"));
    } catch (IOException | UnsatisfiedLinkError e) {
      throw new DiskException(
          ("RocksDB's library cannot be loaded by way of the temporary directory %s (%s): it has to"
                  + " be writable, with room for 20 MB, and not mounted noexec; name another one by"
                  + " QUORATE_JAVA_OPTS=-Djava.io.tmpdir=DIRECTORY")
              .formatted(temporary, e),
          e);
    }
    loaded = true;
  }

  private static void loadFrom(Path directory) throws IOException {
    try {
      NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
    } finally {
      Trees.delete(directory);
    }
  }
}
