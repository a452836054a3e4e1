package io.quorate.cli;

import io.quorate.simulation.Simulation.Report;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What many runs come to together.
final class SimTotals {
  private final long start = System.nanoTime();
  private final Map<String, Long> faults = new TreeMap<>();
  private final Map<String, Long> moments = new TreeMap<>();

  private long seeds;
  private long events;
  private long nanos;
  private long struck;
  private long elections;
  private long starts;
  private long decided;
  private long answered;
  private long unknown;
  private long searched;
  private long undecided;

  synchronized void add(Report report) {
    seeds++;
    events += report.events();
    nanos += report.nanos();
    report
        .faults()
        .forEach((kind, count) -> {
          faults.merge(kind, (long) count, Long::sum);
          struck += count;
        });
    report.moments().forEach((what, count) -> moments.merge(what, (long) count, Long::sum));
    elections += report.elections();
    starts += report.starts();
    decided += report.decided();
    answered += report.answered();
    unknown += report.unknown();
    searched += report.searched();
    undecided += report.undecided();
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /// One line for a display that renews itself.
  synchronized String line(long all) {
    double seconds = Math.max(seconds(), 0.001);
    return String.format(
        Locale.ROOT,
        "%,d of %,d seeds, %.1f/s; %.1f virtual hours; %,.0f events/s; %,d faults; %,d elections",
        seeds,
        all,
        seeds / seconds,
        nanos / 3.6e12,
        events / seconds,
        struck,
        elections);
  }

  synchronized void print(PrintWriter out) {
    double seconds = Math.max(seconds(), 0.001);
    var table = new Table("FAULT", "STRUCK");
    faults.forEach(table::row);
    moments.forEach((what, count) -> table.row("(" + what + ")", count));
    table.lines().forEach(out::println);
    out.printf(
        Locale.ROOT,
        "%n%,d events in %.1f s (%,.0f/s), %,.0f faults/s, %.1f virtual hours (%.0f days an"
            + " hour)%n",
        events,
        seconds,
        events / seconds,
        struck / seconds,
        nanos / 3.6e12,
        nanos / 1e9 / 24 / seconds);
    out.printf(
        "%,d elections, %,d starts of nodes, %,d entries decided, %,d calls answered, %,d"
            + " unknown%n",
        elections, starts, decided, answered, unknown);
    out.printf(
        "an order found for the calls of %,d keys, the search given up for %,d%n",
        searched, undecided);
  }
}
