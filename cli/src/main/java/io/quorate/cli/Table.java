package io.quorate.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Rows of text in columns that fit.
final class Table {
  private static final Pattern NUMBER = Pattern.compile("(-?[0-9.]+( ([KMG]i)?B)?)?");

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
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    var lines = new ArrayList<String>();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        var cell = row.get(i);
        var padding = " ".repeat(widths[i] - width(cell));
        line.append(i == 0 ? "" : "  ").append(isNumber(i) ? padding + cell : cell + padding);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private boolean isNumber(int column) {
    return rows.stream().skip(1).allMatch(row -> NUMBER.matcher(row.get(column)).matches());
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  /// Bytes as people read them.
  static String bytes(long count) {
    if (count < 1 << 10) {
      return count + " B";
    }
    if (count < 1 << 20) {
      return in("KiB", count / 1024.0);
    }
    return count < 1 << 30 ? in("MiB", count / 1048576.0) : in("GiB", count / 1073741824.0);
  }

  private static String in(String unit, double count) {
    return String.format(Locale.ROOT, "%.1f %s", count, unit);
  }
}
