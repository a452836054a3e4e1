package io.quorate.cli.compare;

import static io.quorate.cli.compare.Page.escape;

import java.util.List;
import java.util.Locale;

/// Drawings in SVG that scale with the page. They have no colours of their own: what belongs to the
/// protocol at place `i` has the class `s` and `i`, the rest `grid`, `axis`, `spread`, `name` or
/// `value`.
final class Plot {
  private static final int WIDTH = 340;
  private static final int ROW = 18;
  private static final int BAR = 10;
  private static final int HEAD = 18;
  private static final int NAMES = 44;
  private static final int VALUES = 136;

  private static final int HEIGHT = 190;
  private static final int LEFT = 38;
  private static final int RIGHT = 24;
  private static final int TOP = 8;
  private static final int BOTTOM = 34;
  private static final int TICKS = 4;

  private final StringBuilder svg = new StringBuilder();

  private Plot(int height, String description) {
    svg.append(
        "<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(WIDTH, height, escape(description)));
  }

  /// A bar for each protocol, from 0 to its median, and a line over what may hold the true median;
  /// for each of the numbers of nodes below each other.
  static String bars(List<Metric> metrics) {
    boolean heads = metrics.stream().anyMatch(metric -> metric.nodes() > 0);
    int height =
        metrics.stream()
            .mapToInt(metric -> (heads ? HEAD : 0) + ROW * metric.of().size() + 4)
            .sum();
    var plot = new Plot(height, metrics.getFirst().measure().title());
    double most =
        metrics.stream()
            .flatMap(metric -> metric.of().values().stream())
            .mapToDouble(Samples::high)
            .max()
            .orElse(1);
    int y = 0;
    for (var metric : metrics) {
      if (heads) {
        plot.text(0, y + 13, "head", "start", metric.nodes() + " nodes");
        y += HEAD;
      }
      int place = 0;
      for (var entry : metric.of().entrySet()) {
        plot.bar(y, place++, entry.getKey(), entry.getValue(), most);
        y += ROW;
      }
      y += 4;
    }
    return plot.end();
  }

  private void bar(int y, int place, String protocol, Samples samples, double most) {
    double scale = most <= 0 ? 0 : (WIDTH - NAMES - VALUES) / most;
    double end = NAMES + samples.median() * scale;
    int middle = y + ROW / 2;
    text(0, middle + 4, "name", "start", protocol);
    svg.append(
        "<rect class=\"s%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"2\"/>\n"
            .formatted(place, NAMES, middle - BAR / 2, coordinate(Math.max(1, end - NAMES)), BAR));
    double low = NAMES + samples.low() * scale;
    double high = NAMES + samples.high() * scale;
    if (high - low > 1) {
      line("spread", low, middle, high, middle);
      line("spread", low, middle - 3, low, middle + 3);
      line("spread", high, middle - 3, high, middle + 3);
    }
    text(Math.max(end, high) + 5, middle + 4, "value", "start", Words.spread(samples));
  }

  /// For each protocol, in which share of the runs the figure was no greater than what stands
  /// below.
  static String shares(Metric metric) {
    var plot = new Plot(HEIGHT, "%s, %s nodes".formatted(metric.measure().title(), metric.nodes()));
    double most = metric.of().values().stream().mapToDouble(Samples::most).max().orElse(1);
    double step = niceStep(most / TICKS);
    double end = Math.max(step, Math.ceil(most / step) * step);
    plot.axes(end, step, metric.measure().unit());
    int place = 0;
    for (var samples : metric.of().values()) {
      plot.curve(place++, samples, end);
    }
    return plot.end();
  }

  /// The next of 1, 2 or 5 times a power of ten.
  static double niceStep(double atLeast) {
    if (atLeast <= 0) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
    for (double times : new double[] {1, 2, 5}) {
      if (times * power >= atLeast) {
        return times * power;
      }
    }
    return 10 * power;
  }

  private static double x(double value, double end) {
    return LEFT + value / end * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double share) {
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
  }

  private void axes(double end, double step, String unit) {
    for (int percent = 0; percent <= 100; percent += 25) {
      double y = y(percent / 100.0);
      line(percent == 0 ? "axis" : "grid", LEFT, y, WIDTH - RIGHT, y);
      text(LEFT - 5, y + 4, "value", "end", percent + "%");
    }
    for (int i = 0; i * step <= end + step / 2; i++) {
      double x = x(i * step, end);
      line("axis", x, y(0), x, y(0) + 4);
      text(x, y(0) + 15, "value", "middle", Words.number(i * step));
    }
    text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 3, "value", "middle", unit);
  }

  private void curve(int place, Samples samples, double end) {
    var path = new StringBuilder("M%s %s".formatted(coordinate(x(0, end)), coordinate(y(0))));
    for (int i = 0; i < samples.count(); i++) {
      path.append(" H").append(coordinate(x(samples.sorted().get(i), end)));
      path.append(" V").append(coordinate(y((i + 1) / (double) samples.count())));
    }
    path.append(" H").append(coordinate(x(end, end)));
    svg.append("<path class=\"curve s%s\" d=\"%s\"/>\n".formatted(place, path));
  }

  private void line(String kind, double fromX, double fromY, double toX, double toY) {
    svg.append(
        "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
            .formatted(
                kind, coordinate(fromX), coordinate(fromY), coordinate(toX), coordinate(toY)));
  }

  private void text(double x, double y, String kind, String anchor, String text) {
    svg.append(
        "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n"
            .formatted(kind, coordinate(x), coordinate(y), anchor, escape(text)));
  }

  private static String coordinate(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private String end() {
    return svg.append("</svg>\n").toString();
  }
}
