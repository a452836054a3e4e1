package io.quorate.cli.compare;

import io.quorate.cli.compare.Measure.Better;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/// Says what to choose for what, as far as the figures of one run say it, and where they say
/// nothing.
public final class Advice {
  /// One piece of advice.
  ///
  /// @param concern of those to whom it matters
  /// @param chosen the protocols to choose from; all of them: it makes no difference
  /// @param because the sentence, with its figures
  public record Sentence(String concern, List<String> chosen, String because) {}

  private final Figures figures;
  private final List<Sentence> sentences = new ArrayList<>();

  private Advice(Figures figures) {
    this.figures = figures;
  }

  /// Sentences that tell protocols apart come first.
  public static List<Sentence> of(Figures figures) {
    var advice = new Advice(figures);
    advice.partitions();
    for (var measure : Measure.values()) {
      advice.measure(measure);
    }
    return advice.inOrder();
  }

  private boolean isAll(List<String> protocols) {
    return protocols.size() == figures.protocols().size();
  }

  private List<Sentence> inOrder() {
    var ordered = new ArrayList<Sentence>();
    sentences.stream().filter(each -> !isAll(each.chosen)).forEach(ordered::add);
    sentences.stream().filter(each -> isAll(each.chosen)).forEach(ordered::add);
    return List.copyOf(ordered);
  }

  // Measures

  /// One sentence for all numbers of nodes that come to the same choice.
  private void measure(Measure measure) {
    var alike = new LinkedHashMap<List<String>, List<Metric>>();
    for (var metric : figures.of(measure)) {
      var best = figures.protocols().stream().filter(metric.best()::contains).toList();
      alike.computeIfAbsent(best, each -> new ArrayList<>()).add(metric);
    }
    alike.forEach((best, metrics) -> sentences.add(sentence(measure, best, metrics)));
  }

  private Sentence sentence(Measure measure, List<String> best, List<Metric> metrics) {
    var shown = metrics.getFirst();
    var list =
        shown.ranking().stream()
            .map(entry -> entry.getKey() + " " + Words.spread(entry.getValue()))
            .collect(Collectors.joining(", "));
    var text = new StringBuilder();
    if (!isAll(best)) {
      text.append("choose ").append(either(best)).append(", ");
      text.append(lead(shown, best)).append(" ahead");
    } else {
      text.append(whyNone(shown));
    }
    text.append("; ").append(measure.titleWithUnit());
    if (shown.nodes() > 0) {
      text.append(", ").append(Words.nodes(List.of(shown.nodes())));
    }
    text.append(": ").append(list);
    if (metrics.size() > 1) {
      var others = metrics.stream().skip(1).map(Metric::nodes).toList();
      text.append("; likewise with ").append(Words.nodes(others));
    }
    return new Sentence(measure.concern(), best, text.append('.').toString());
  }

  private static String either(List<String> protocols) {
    return Words.list(protocols).replace(" and ", " or ");
  }

  /// Why none is ahead.
  private static String whyNone(Metric metric) {
    if (!allPairs(metric, Samples::isEnoughBeside)) {
      return "too few samples to tell";
    }
    return allPairs(metric, Samples::isClose)
        ? "alike, within a twentieth"
        : "not told apart, the spreads overlap";
  }

  private static boolean allPairs(Metric metric, BiPredicate<Samples, Samples> are) {
    var all = metric.of().values();
    return all.stream().allMatch(one -> all.stream().allMatch(other -> are.test(one, other)));
  }

  /// By how much the last of the best is ahead of the first of the others.
  private static String lead(Metric metric, List<String> best) {
    double worst = 0;
    double next = 0;
    for (var entry : metric.ranking()) {
      double median = entry.getValue().median();
      if (best.contains(entry.getKey())) {
        worst = median;
      } else {
        next = median;
        break;
      }
    }
    boolean less = metric.measure().better() == Better.LESS;
    double smaller = less ? worst : next;
    double greater = less ? next : worst;
    return smaller <= 0
        ? Words.number(greater - smaller)
        : String.format(Locale.ROOT, "%.0f %%", 100 * (greater / smaller - 1));
  }

  // Partitions

  private void partitions() {
    var sizes = figures.partitions().stream().map(PartitionFigure::nodes).distinct().toList();
    sizes.forEach(this::partitions);
  }

  private void partitions(int nodes) {
    var possible =
        figures.partitions().stream()
            .filter(each -> each.nodes() == nodes && each.partition().leavesQuorum(nodes))
            .toList();
    var missed = new LinkedHashMap<String, List<PartitionFigure>>();
    figures.protocols().forEach(protocol -> missed.put(protocol, new ArrayList<>()));
    for (var figure : possible) {
      if (!figure.isAlwaysInTime()) {
        missed.getOrDefault(figure.protocol(), new ArrayList<>()).add(figure);
      }
    }
    long kinds = possible.stream().map(PartitionFigure::partition).distinct().count();
    int fewest = missed.values().stream().mapToInt(List::size).min().orElse(0);
    var best =
        figures.protocols().stream()
            .filter(each -> missed.getOrDefault(each, List.of()).size() == fewest)
            .toList();
    var verdict =
        isAll(best) ? "no difference in whether writes come back" : "choose " + either(best);
    var each =
        missed.entrySet().stream()
            .map(entry -> backIn(entry, kinds))
            .collect(Collectors.joining("; "));
    sentences.add(
        new Sentence(
            "Links that break in part, with " + Words.nodes(List.of(nodes)),
            best,
            "%s: of %s kinds of partition in which some node reaches a majority, writes were back within four election timeouts with %s."
                .formatted(verdict, kinds, each)));
  }

  private static String backIn(Map.Entry<String, List<PartitionFigure>> missed, long kinds) {
    var not = missed.getValue();
    if (not.isEmpty()) {
      return missed.getKey() + " in all";
    }
    var list =
        not.stream()
            .map(each ->
                "“%s” (%s of %s runs)"
                    .formatted(each.partition().words(), each.inTime(), each.runs()))
            .toList();
    return "%s in %s, not always in %s"
        .formatted(missed.getKey(), kinds - not.size(), Words.list(list));
  }
}
