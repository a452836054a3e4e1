package io.quorate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What processes have used up so far, as Linux counts it.
///
/// @param cpuMicros time on a CPU, in user and kernel mode
/// @param wakeUps how often a thread gave up the CPU to wait for something
/// @param residentBytes memory now
record Usage(long cpuMicros, long wakeUps, long residentBytes) {
  private static final long MICROS_PER_TICK = 10_000;
  private static final int USER_TIME = 11;
  private static final int KERNEL_TIME = 12;

  static Usage of(long... pids) throws IOException {
    long ticks = 0;
    long wakeUps = 0;
    long resident = 0;
    for (long pid : pids) {
      var proc = Path.of("/proc", Long.toString(pid));
      // What follows the name, which stands in brackets and may hold anything.
      var stat = Files.readString(proc.resolve("stat"));
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      ticks += Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[KERNEL_TIME]);
      resident += number(proc.resolve("status"), "VmRSS:") * 1024;
      try (var threads = Files.newDirectoryStream(proc.resolve("task"))) {
        for (var thread : threads) {
          wakeUps += number(thread.resolve("status"), "voluntary_ctxt_switches:");
        }
      }
    }
    return new Usage(ticks * MICROS_PER_TICK, wakeUps, resident);
  }

  private static long number(Path file, String name) throws IOException {
    for (var line : Files.readAllLines(file)) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return 0;
  }
}
