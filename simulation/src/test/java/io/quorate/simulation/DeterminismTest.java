package io.quorate.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.Protocol;
import io.quorate.node.Protocols;
import io.quorate.simulation.Simulation.Plan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

/// The same seed comes to the same run, byte for byte, in any process (C15).
///
/// Another process has other identity hash codes and another order of `Map.of` and `Set.of`; here
/// it also has another locale, whose digits and signs are not ours, another time zone, another
/// charset and another garbage collector.
class DeterminismTest {
  private static final List<Long> SEEDS = List.of(1L, 2L, 3L, 5L, 8L);

  /// A line per seed: how many lines its trace has, and their hash.
  private static List<String> traces() throws NoSuchAlgorithmException {
    var traces = new ArrayList<String>();
    for (var protocol : Protocols.names()) {
      traces.addAll(traces(Protocols.named(protocol)));
    }
    return traces;
  }

  private static List<String> traces(Protocol protocol) throws NoSuchAlgorithmException {
    var traces = new ArrayList<String>();
    for (long seed : SEEDS) {
      var hash = MessageDigest.getInstance("SHA-256");
      long[] lines = new long[1];
      var report =
          Simulation.run(
              Plan.of(seed, protocol, Profile.SWARM),
              Trace.to(line -> {
                lines[0]++;
                hash.update(line.getBytes(StandardCharsets.UTF_8));
                hash.update((byte) '\n');
              }));
      traces.add(
          protocol.name()
              + " "
              + seed
              + " "
              + lines[0]
              + " "
              + HexFormat.of().formatHex(hash.digest())
              + " "
              + report.events()
              + " "
              + report.moments());
    }
    return traces;
  }

  /// What the other process runs.
  public static void main(String[] args) throws NoSuchAlgorithmException {
    // Tells that it is as different as it is meant to be.
    System.out.println(String.format("%d", 42) + " " + TimeZone.getDefault().getID());
    traces().forEach(System.out::println);
  }

  private static Process anotherProcess(String... options) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            DeterminismTest.class.getName()));
    var builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(Map.of("LC_ALL", "C", "TZ", "Asia/Kathmandu"));
    return builder.start();
  }

  private static List<String> linesOf(Process process) throws IOException, InterruptedException {
    try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
      var lines = reader.lines().toList();
      assertThat(process.waitFor()).isZero();
      return lines;
    }
  }

  @Test
  void everyProcessComesToTheSameTrace()
      throws IOException, InterruptedException, NoSuchAlgorithmException {
    var process =
        anotherProcess(
            "-Duser.language=ar",
            "-Duser.country=EG",
            "-Duser.timezone=Asia/Kathmandu",
            "-Dfile.encoding=UTF-8",
            "-Dstdout.encoding=UTF-8",
            "-XX:+UnlockExperimentalVMOptions",
            "-XX:hashCode=2",
            "-XX:+UseParallelGC");
    var here = traces();
    var other = linesOf(process);
    assertThat(other.getFirst()).isEqualTo("٤٢ Asia/Kathmandu");
    assertThat(other.subList(1, other.size())).isEqualTo(here);
  }
}
