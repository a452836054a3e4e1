package io.quorate.cli;

import io.quorate.simulation.Simulation;
import io.quorate.simulation.Simulation.Plan;
import io.quorate.simulation.Simulation.Report;
import io.quorate.simulation.Trace;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Runs many seeds, each in one thread, some threads side by side, until one fails or all are
/// through; shows how it goes where somebody looks.
final class SeedSweep {
  private static final long GLANCE = 500;

  private final LongFunction<Plan> plans;
  private final long first;
  private final long count;
  private final int threads;
  private final SimTotals totals = new SimTotals();
  private final AtomicLong next = new AtomicLong();
  private final AtomicReference<@Nullable Report> failed = new AtomicReference<>();

  SeedSweep(LongFunction<Plan> plans, long first, long count, int threads) {
    this.plans = plans;
    this.first = first;
    this.count = count;
    this.threads = threads;
  }

  SimTotals totals() {
    return totals;
  }

  /// @return the run that failed, or null
  @Nullable Report run(PrintWriter display) throws InterruptedException {
    var running = new ArrayList<Thread>();
    for (int i = 0; i < threads; i++) {
      running.add(Thread.ofPlatform().name("seeds-" + i).daemon().start(this::work));
    }
    boolean shown = Terminal.isThere();
    for (var thread : running) {
      while (!thread.join(Duration.ofMillis(GLANCE))) {
        if (shown) {
          display.print("\r\u001b[2K" + totals.line(count));
          display.flush();
        }
      }
    }
    if (shown) {
      display.print("\r\u001b[2K");
      display.flush();
    }
    return failed.get();
  }

  private void work() {
    while (failed.get() == null) {
      long number = next.getAndIncrement();
      if (number >= count) {
        return;
      }
      var report = Simulation.run(plans.apply(first + number), Trace.NONE);
      totals.add(report);
      if (report.violation() != null) {
        failed.compareAndSet(null, report);
      }
    }
  }
}
