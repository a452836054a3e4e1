package io.quorate.cli.compare;

import com.google.gson.Gson;
import io.quorate.cli.compare.Advice.Sentence;
import io.quorate.cli.compare.Measure.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/// The figures of a run as one page of HTML that needs nothing else: no network, no script. It is
/// well-formed XML besides, and carries the figures themselves as JSON.
public final class Page {
  private static final String STYLE = "page.css";

  private final Figures figures;
  private final StringBuilder html = new StringBuilder();

  private Page(Figures figures) {
    this.figures = figures;
  }

  public static String of(Figures figures) {
    var page = new Page(figures);
    page.write();
    return page.html.toString();
  }

  /// All figures, without any judgement.
  public static String json(Figures figures) {
    return new Gson().toJson(figures);
  }

  /// Text as it stands in HTML, also within quotes.
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private void line(String template, Object... values) {
    var escaped =
        Arrays.stream(values).map(value -> escape(String.valueOf(value))).toArray(Object[]::new);
    html.append(template.formatted(escaped)).append('\n');
  }

  private void write() {
    html.append("<!DOCTYPE html>\n");
    line("<html lang=\"en\"><head><meta charset=\"utf-8\"/>");
    line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>");
    line("<title>Quorate: %s compared</title>", Words.list(figures.protocols()));
    html.append("<style>\n").append(style()).append("</style></head>\n<body><main>\n");
    head();
    advice();
    for (var part : Part.values()) {
      part(part);
      if (part == Part.TAKEOVER) {
        partitions();
      }
    }
    tables();
    method();
    // Gson escapes what could end the element.
    html.append("<script type=\"application/json\" id=\"figures\">").append(json(figures));
    html.append("</script>\n</main></body></html>\n");
  }

  private static String style() {
    try (InputStream in = Page.class.getResourceAsStream(STYLE)) {
      if (in == null) {
        throw new IllegalStateException(STYLE + " is missing beside this class");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(STYLE + " cannot be read", e);
    }
  }

  private int placeOf(String protocol) {
    return figures.protocols().indexOf(protocol);
  }

  private void head() {
    var setting = figures.setting();
    line("<h1>Which consensus protocol: %s?</h1>", Words.list(figures.protocols()));
    line(
        "<p>The same store, the same clients, the same faults; only the protocol differs. Every"
            + " figure here was measured by one run of <code>%s</code>.</p>",
        setting.command());
    line("<p class=\"soft\">%s</p>", setting.machine());
    html.append("<p>");
    for (var protocol : figures.protocols()) {
      line(
          "<span class=\"key\"><svg viewBox=\"0 0 28 12\" aria-hidden=\"true\"><rect class=\"s%s\""
              + " x=\"0\" y=\"1\" width=\"28\" height=\"4\"/><path class=\"curve s%s\" d=\"M0 10"
              + " H28\"/></svg>%s</span>",
          placeOf(protocol), placeOf(protocol), protocol);
    }
    html.append("</p>\n");
  }

  // Advice

  private void advice() {
    var sentences = Advice.of(figures);
    Predicate<Sentence> alike = each -> each.chosen().size() == figures.protocols().size();
    var telling = sentences.stream().filter(alike.negate()).toList();
    var silent = sentences.stream().filter(alike).toList();
    line("<h2>What to choose for what</h2>");
    line(
        "<p>Of %s questions, this run answers %s; in the other %s the protocols cannot be told"
            + " apart. The more of the first matter to you, and the more they agree, the clearer"
            + " the choice.</p>",
        sentences.size(), telling.size(), silent.size());
    list(telling);
    if (!silent.isEmpty()) {
      line("<details><summary>Where this run tells none apart (%s)</summary>", silent.size());
      list(silent);
      line("</details>");
    }
  }

  private void list(List<Sentence> sentences) {
    line("<ul class=\"advice\">");
    for (var sentence : sentences) {
      html.append("<li>");
      if (sentence.chosen().size() < figures.protocols().size()) {
        for (var protocol : sentence.chosen()) {
          line("<span class=\"choice t%s\">%s</span>", placeOf(protocol), protocol);
        }
      }
      line("<span class=\"concern\">%s:</span> %s</li>", sentence.concern(), sentence.because());
    }
    line("</ul>");
  }

  // Figures

  private void part(Part part) {
    if (figures.metrics().stream().noneMatch(metric -> metric.measure().part() == part)) {
      return;
    }
    line("<h2>%s</h2>", part.title());
    line("<p class=\"soft\">%s</p>", part.explanation());
    line("<div class=\"cards\">");
    for (var measure : Measure.values()) {
      var metrics = figures.of(measure);
      if (measure.part() == part && !metrics.isEmpty()) {
        figure(
            measure.title(),
            "%s, %s is better".formatted(measure.unit(), measure.better().word()),
            Plot.bars(metrics));
      }
    }
    for (var measure : List.of(Measure.TAKEOVER_PROCESS, Measure.TAKEOVER_HOST)) {
      if (measure.part() == part) {
        for (var metric : figures.of(measure)) {
          figure(
              "%s, %s nodes".formatted(measure.title(), metric.nodes()),
              "share of runs that were over by then",
              Plot.shares(metric));
        }
      }
    }
    line("</div>");
  }

  private void figure(String title, String caption, String drawing) {
    line("<figure><h3>%s</h3><figcaption>%s</figcaption>", title, caption);
    html.append(drawing).append("</figure>\n");
  }

  private void partitions() {
    var sizes = figures.partitions().stream().map(PartitionFigure::nodes).distinct().toList();
    if (sizes.isEmpty()) {
      return;
    }
    line("<h2>When nodes reach each other only in part, simulated</h2>");
    line(
        "<p class=\"soft\">The longest time without an answered write at any node, the median of"
            + " the runs; apart for ten election timeouts of a second. Green: in every run writes"
            + " were back within four of them. Red: in none. Grey: no node reaches a majority, so"
            + " nobody can lead.</p>");
    line("<div class=\"cards\">");
    for (int nodes : sizes) {
      matrix(nodes);
    }
    line("</div>");
  }

  private void matrix(int nodes) {
    line("<figure><h3>%s nodes</h3><table class=\"matrix\"><thead><tr><th>partition</th>", nodes);
    figures.protocols().forEach(protocol -> line("<th>%s</th>", protocol));
    line("</tr></thead><tbody>");
    var all = figures.partitions().stream().filter(each -> each.nodes() == nodes).toList();
    for (var kind : all.stream().map(PartitionFigure::partition).distinct().toList()) {
      line("<tr><th scope=\"row\">%s</th>", kind.words());
      all.stream().filter(each -> each.partition() == kind).forEach(this::cell);
      line("</tr>");
    }
    line("</tbody></table></figure>");
  }

  private void cell(PartitionFigure figure) {
    var pause = Words.seconds(figure.gap().median());
    if (!figure.partition().leavesQuorum(figure.nodes())) {
      line("<td class=\"none\">–</td>");
    } else if (figure.isAlwaysInTime()) {
      line("<td class=\"good\">%s</td>", pause);
    } else if (figure.inTime() == 0) {
      line("<td class=\"bad\">never</td>");
    } else {
      line("<td class=\"partly\">%s, %s of %s</td>", pause, figure.inTime(), figure.runs());
    }
  }

  private void tables() {
    line("<h2>All figures</h2>");
    for (var sheet : Sheet.of(figures)) {
      line("<details><summary>%s</summary><div class=\"wide\"><table><thead><tr>", sheet.title());
      sheet.heads().forEach(head -> line("<th>%s</th>", head.toLowerCase(Locale.ROOT)));
      line("</tr></thead><tbody>");
      for (var row : sheet.rows()) {
        html.append("<tr>");
        row.forEach(cell -> line("<td>%s</td>", cell));
        html.append("</tr>\n");
      }
      line("</tbody></table></div></details>");
    }
  }

  private void method() {
    line("<h2>How to read this</h2>");
    line(
        "<p>A figure is the median of its samples; in brackets, and as a line over a bar, stands"
            + " what holds the true median with 95 %% certainty, by the order of the samples alone"
            + " (of fewer than six samples: the least and the greatest). Two protocols are told"
            + " apart only if there are at least four samples of each, these ranges do not overlap,"
            + " and the medians differ by more than a twentieth. Of figures of real processes that"
            + " do not differ in truth, about one in thirty still seems to.</p>");
    line(
        "<p>Simulated figures are virtual time: the same seeds come to the same figures on any"
            + " machine. Those of real processes are of this machine, where three nodes and their"
            + " clients share %s cores; compare them with each other, not with those of another"
            + " run.</p>",
        Runtime.getRuntime().availableProcessors());
  }
}
