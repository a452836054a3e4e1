package io.quorate.cli;

import java.util.ArrayList;
import java.util.List;

/// Rows of text in columns that fit.
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... heads) {
    rows.add(List.of(heads));
  }

  void row(Object... cells) {
    var row = new ArrayList<String>();
    for (var cell : cells) {
      row.add(String.valueOf(cell));
    }
    rows.add(row);
  }

  /// Lines without a line end; numbers stand to the right.
  List<String> lines() {
    int columns = rows.getFirst().size();
    var widths = new int[columns];
    for (var row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var lines = new ArrayList<String>();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        var cell = row.get(i);
        var padding = " ".repeat(widths[i] - cell.length());
        line.append(i == 0 ? "" : "  ").append(isNumber(i) ? padding + cell : cell + padding);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private boolean isNumber(int column) {
    return rows.stream().skip(1).allMatch(row -> row.get(column).matches("[-0-9.,]*( [KMG]i?B)?"));
  }

  /// Bytes as people read them.
  static String bytes(long count) {
    if (count < 1 << 10) {
      return count + " B";
    }
    if (count < 1 << 20) {
      return "%.1f KiB".formatted(count / 1024.0);
    }
    return count < 1 << 30
        ? "%.1f MiB".formatted(count / 1048576.0)
        : "%.1f GiB".formatted(count / 1073741824.0);
  }
}
