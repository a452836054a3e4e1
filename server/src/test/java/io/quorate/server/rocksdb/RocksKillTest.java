package io.quorate.server.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.store.Engine;
import io.quorate.store.Engine.Family;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that is killed leaves the state of a flush, whole in all families.
class RocksKillTest {
  private static final int ROUNDS = 3;

  @TempDir private Path directory;
  @TempDir private Path temporary;

  private ProcessBuilder writer(long first) {
    return new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-Djava.io.tmpdir=" + temporary,
        "-cp",
        System.getProperty("java.class.path"),
        WriterToKill.class.getName(),
        directory.toString(),
        String.valueOf(first));
  }

  /// Runs a writer until it has flushed some times and then a little longer.
  ///
  /// @return the last batch that it said was durable
  private long runAndKill(long first, int flushes) throws IOException, InterruptedException {
    var process = writer(first).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    long durable = 0;
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (int i = 0; i < flushes; i++) {
        var line = lines.readLine();
        assertThat(line).isNotNull();
        durable = Long.parseLong(line);
      }
      Thread.sleep(flushes * 7L);
      process.toHandle().destroyForcibly(); // SIGKILL, and what it printed can still be read
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        durable = Long.parseLong(line);
      }
    }
    process.waitFor();
    return durable;
  }

  private static long count(Engine engine, Family family) {
    long expected = 1;
    try (var cursor = engine.cursor(family, Bytes.EMPTY, null)) {
      for (; cursor.isValid(); cursor.next()) {
        assertThat(cursor.key()).isEqualTo(WriterToKill.key(expected));
        expected++;
      }
    }
    return expected - 1;
  }

  @Test
  void aKilledProcessLeavesTheStateOfAFlush() throws Exception {
    long next = 1;
    for (int round = 1; round <= ROUNDS; round++) {
      long durable = runAndKill(next, round * 3);
      long last = lastBatch();
      assertThat(last).isGreaterThanOrEqualTo(durable);
      next = last + 1;
    }
  }

  @Test
  void aKilledProcessLeavesNoLibraryBehind() throws Exception {
    runAndKill(1, 1);
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void whereTheLibraryCannotBeLoadedOneSentenceSaysWhatToDo() throws Exception {
    Files.delete(temporary);
    var process = writer(1).redirectErrorStream(true).start();
    var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Files.createDirectory(temporary);
    assertThat(printed)
        .contains(
            "DiskException: RocksDB's library cannot be loaded by way of", temporary.toString())
        .contains("QUORATE_JAVA_OPTS=-Djava.io.tmpdir=")
        .doesNotContain("ExceptionInInitializerError");
  }

  private long lastBatch() throws MalformedException {
    try (var engines = new RocksEngines(directory);
        var engine = engines.open("1")) {
      var stored = engine.get(Family.META, WriterToKill.LAST);
      assertThat(stored).isEqualTo(engine.durable(WriterToKill.LAST));
      long last = stored == null ? 0 : new WireReader(stored).u64();
      assertThat(count(engine, Family.REV)).isEqualTo(last);
      assertThat(count(engine, Family.IDX)).isEqualTo(last);
      return last;
    }
  }
}
