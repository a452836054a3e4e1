package io.quorate.cli.compare;

import java.util.List;

/// The same thing measured several times.
///
/// @param sorted the figures, the least first; at least one
/// @param exact whether there is nothing to be measured again: it was counted
public record Samples(List<Double> sorted, boolean exact) {
  /// As many standard deviations hold 95 % of a normal distribution.
  private static final double NINETY_FIVE = 1.96;

  /// With fewer, no two of them hold the median with 95 % certainty.
  private static final int FEW = 6;

  /// That all of so many lie on one side of as many others happens by chance in 3 % of cases; with
  /// one less, in 10 %.
  private static final int ENOUGH = 4;

  public Samples {
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    sorted = sorted.stream().sorted().toList();
  }

  public static Samples of(List<Double> figures) {
    return new Samples(figures, false);
  }

  public static Samples exactly(double figure) {
    return new Samples(List.of(figure), true);
  }

  public int count() {
    return sorted.size();
  }

  public double least() {
    return sorted.getFirst();
  }

  public double most() {
    return sorted.getLast();
  }

  public double median() {
    int middle = count() / 2;
    return count() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /// Below it the true median does not lie, with 95 % certainty by the order of the figures alone;
  /// of fewer than six, the least.
  public double low() {
    return count() < FEW
        ? least()
        : sorted.get(Math.max(0, (int) Math.floor(middle() - margin()) - 1));
  }

  /// Above it the true median does not lie; see [#low()].
  public double high() {
    return count() < FEW
        ? most()
        : sorted.get(Math.min(count() - 1, (int) Math.ceil(middle() + margin())));
  }

  private double middle() {
    return count() / 2.0;
  }

  /// Ranks by which the true median's may lie aside: the rank is binomially distributed.
  private double margin() {
    return NINETY_FIVE * Math.sqrt(count()) / 2;
  }

  /// Whether there are enough of both to tell them apart.
  public boolean isEnoughBeside(Samples other) {
    return (exact || count() >= ENOUGH) && (other.exact || other.count() >= ENOUGH);
  }

  /// Whether the two medians lie within a twentieth of each other.
  public boolean isClose(Samples other) {
    double greater = Math.max(Math.abs(median()), Math.abs(other.median()));
    return Math.abs(median() - other.median()) <= greater / 20;
  }

  /// Whether the two medians cannot be told apart: there are not enough figures, or what may hold
  /// the one overlaps with what may hold the other, or they are close.
  public boolean isLike(Samples other) {
    boolean overlap = low() <= other.high() && other.low() <= high();
    return !isEnoughBeside(other) || overlap || isClose(other);
  }
}
