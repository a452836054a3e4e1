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
            "process_virtual_memory_bytes",
            "Addresses that the process has mapped.",
            () -> kib("VmSize") * KIB)
        .gauge("process_open_fds", "Files and sockets that are open.", () -> files(true))
        .gauge("process_max_fds", "How many may be open.", () -> files(false))
        .gauge("os_fd_used", "Files and sockets that are open.", () -> files(true))
        .gauge("os_fd_limit", "How many may be open.", () -> files(false))
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

  private static double files(boolean open) {
    if (!(ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.UnixOperatingSystemMXBean system)) {
      return 0;
    }
    return open ? system.getOpenFileDescriptorCount() : system.getMaxFileDescriptorCount();
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
