package io.quorate.bench;

import io.quorate.bench.Contender.Product;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Everything that was measured: per row and system the median, with least and greatest, and the
/// ratio of the medians.
final class Table {
  private final Map<String, Map<Product, List<Double>>> rows = new LinkedHashMap<>();

  void add(String row, Product system, double value) {
    rows.computeIfAbsent(row, name -> new EnumMap<>(Product.class))
        .computeIfAbsent(system, each -> new ArrayList<>())
        .add(value);
  }

  static double median(List<Double> values) {
    var sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static String number(double value) {
    return value < 20
        ? String.format(Locale.ROOT, "%.2f", value)
        : String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String cell(List<Double> values) {
    if (values.isEmpty()) {
      return "–";
    }
    var middle = number(median(values));
    return values.size() == 1
        ? middle
        : "%s (%s–%s)"
            .formatted(middle, number(Collections.min(values)), number(Collections.max(values)));
  }

  private static String ratio(List<Double> mine, List<Double> theirs) {
    return mine.isEmpty() || theirs.isEmpty() || median(theirs) == 0
        ? "–"
        : String.format(Locale.ROOT, "%.2f", median(mine) / median(theirs));
  }

  private List<List<String>> cells() {
    var lines = new ArrayList<List<String>>();
    lines.add(List.of("", "Quorate", "etcd", "ratio"));
    rows.forEach((row, values) -> {
      var quorate = values.getOrDefault(Product.QUORATE, List.of());
      var etcd = values.getOrDefault(Product.ETCD, List.of());
      lines.add(List.of(row, cell(quorate), cell(etcd), ratio(quorate, etcd)));
    });
    return lines;
  }

  String markdown() {
    var text = new StringBuilder();
    var lines = cells();
    for (int i = 0; i < lines.size(); i++) {
      text.append("| ").append(String.join(" | ", lines.get(i))).append(" |\n");
      if (i == 0) {
        text.append("| --- | ---: | ---: | ---: |\n");
      }
    }
    return text.toString();
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (var line : cells()) {
      text.append(
          "%-58s %28s %28s %8s%n".formatted(line.get(0), line.get(1), line.get(2), line.get(3)));
    }
    return text.toString();
  }
}
