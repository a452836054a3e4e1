package io.quorate.cli.compare;

import io.quorate.cli.compare.Measure.Part;
import java.util.ArrayList;
import java.util.List;

/// Figures in rows and columns, for the terminal and for the page.
///
/// @param heads of the columns
public record Sheet(String title, List<String> heads, List<List<String>> rows) {

  /// All figures of a run.
  public static List<Sheet> of(Figures figures) {
    var sheets = new ArrayList<Sheet>();
    for (var part : Part.values()) {
      var sheet = of(figures, part);
      if (!sheet.rows.isEmpty()) {
        sheets.add(sheet);
      }
    }
    figures.partitions().stream()
        .map(PartitionFigure::nodes)
        .distinct()
        .forEach(nodes -> sheets.add(ofPartitions(figures, nodes)));
    return sheets;
  }

  static Sheet of(Figures figures, Part part) {
    boolean sizes =
        figures.metrics().stream()
            .anyMatch(metric -> metric.measure().part() == part && metric.nodes() > 0);
    var heads = new ArrayList<>(List.of("MEASURE", "UNIT"));
    if (sizes) {
      heads.add("NODES");
    }
    figures.protocols().forEach(heads::add);
    var rows = new ArrayList<List<String>>();
    for (var metric : figures.metrics()) {
      if (metric.measure().part() == part) {
        var row = new ArrayList<>(List.of(metric.measure().title(), metric.measure().unit()));
        if (sizes) {
          row.add(String.valueOf(metric.nodes()));
        }
        metric.of().values().forEach(samples -> row.add(Words.spread(samples)));
        rows.add(row);
      }
    }
    return new Sheet(part.title(), heads, rows);
  }

  static Sheet ofPartitions(Figures figures, int nodes) {
    var heads = new ArrayList<>(List.of("PARTITION"));
    figures.protocols().forEach(heads::add);
    var rows = new ArrayList<List<String>>();
    var kinds =
        figures.partitions().stream()
            .filter(each -> each.nodes() == nodes)
            .map(PartitionFigure::partition)
            .distinct()
            .toList();
    for (var kind : kinds) {
      var row = new ArrayList<>(List.of(kind.words()));
      figures.partitions().stream()
          .filter(each -> each.nodes() == nodes && each.partition() == kind)
          .forEach(each -> row.add(cell(each)));
      rows.add(row);
    }
    return new Sheet(
        "Partitions of %d nodes, simulated: runs with writes back within four election timeouts, longest pause, nodes that answer, new leaders/terms (medians)"
            .formatted(nodes),
        heads,
        rows);
  }

  /// As in `24/24 1.08 s 2/3 1/1`; the title says what these are.
  private static String cell(PartitionFigure figure) {
    if (!figure.partition().leavesQuorum(figure.nodes())) {
      return "nobody reaches a majority";
    }
    return "%s/%s %s %s/%s %s/%s"
        .formatted(
            figure.inTime(),
            figure.runs(),
            Words.seconds(figure.gap().median()),
            Words.number(figure.answering().median()),
            figure.nodes(),
            Words.number(figure.leaderships().median()),
            Words.number(figure.terms().median()));
  }
}
