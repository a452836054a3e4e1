package io.quorate.simulation;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Everything that chance decides in a world, from one seed. Streams that are split off do not
/// disturb each other.
public final class Draw {
  private final SplittableRandom random;

  public Draw(long seed) {
    this(new SplittableRandom(seed));
  }

  private Draw(SplittableRandom random) {
    this.random = random;
  }

  public Draw split() {
    return new Draw(random.split());
  }

  public RandomGenerator generator() {
    return random.split();
  }

  public boolean chance(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  /// 0 up to, not including, `bound`.
  public int below(int bound) {
    return random.nextInt(bound);
  }

  public long below(long bound) {
    return random.nextLong(bound);
  }

  /// Both ends included.
  public long between(long least, long most) {
    return least + random.nextLong(most - least + 1);
  }

  public <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /// Drawn so that each order of magnitude between the two is as likely as any other.
  public double magnitude(double least, double most) {
    return least * Math.pow(most / least, random.nextDouble());
  }

  /// A delay with a long tail: mostly about `typical`, now and then many times that.
  public long delay(long typical) {
    double u = random.nextDouble();
    return (long) (typical * (0.5 - 0.7 * Math.log(1 - u)));
  }
}
