package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/// A file system of its own with a size, to fill up. Where it may not be mounted, the test is
/// skipped with a line.
record SmallDisk(Path directory) implements AutoCloseable {
  static SmallDisk mount(Path directory, String size) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    var mounted =
        Cluster.run(
            List.of("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", directory.toString()));
    if (mounted.exit() != 0) {
      System.err.println("!!! NO FULL DISK: a tmpfs cannot be mounted here: " + mounted.err());
      Assumptions.abort(mounted.err());
    }
    return new SmallDisk(directory);
  }

  void resize(String size) throws IOException, InterruptedException {
    var resized = Cluster.run(List.of("mount", "-o", "remount,size=" + size, directory.toString()));
    assertThat(resized.exit()).as(resized.err()).isZero();
  }

  @Override
  public void close() throws IOException {
    // Whatever still holds files there is about to end; the mount goes with it.
    try {
      Cluster.run(List.of("umount", "-l", directory.toString()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
