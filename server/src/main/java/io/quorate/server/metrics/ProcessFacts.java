package io.quorate.server.metrics;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the machine knows of this process.
public final class ProcessFacts {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long KIB = 1024;

  private ProcessFacts() {}

  public static void addTo(NodeMetrics metrics) {
    var runtime = ManagementFactory.getRuntimeMXBean();
    var heap = ManagementFactory.getMemoryMXBean();
    metrics
        .gauge(
            "process_resident_memory_bytes",
            "Memory that the process takes up.",
            () -> kib("VmRSS") * KIB)
        .gauge(
            "process_start_time_seconds",
            "When the process began, since 1970.",
            () -> runtime.getStartTime() / 1e3)
        .counter(
            "process_cpu_seconds_total",
            "Processor time that it took.",
            () ->
                ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean os
                    ? os.getProcessCpuTime() / 1e9
                    : 0)
        .gauge("jvm_heap_used_bytes", "Heap in use.", () -> heap.getHeapMemoryUsage().getUsed())
        .gauge(
            "jvm_heap_committed_bytes",
            "Heap that the process has.",
            () -> heap.getHeapMemoryUsage().getCommitted());
  }

  private static double kib(String name) {
    try {
      for (var line : Files.readAllLines(STATUS)) {
        if (line.startsWith(name + ":")) {
          return Double.parseDouble(line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (IOException e) {
      // No such file on this system: then there is no such figure.
    }
    return 0;
  }
}
