package io.quorate.simulation.mutants;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// Runs seeds on a mutant until one breaks a promise.
final class Hunt {
  /// @param seeds how many it took
  /// @param seed the last of them
  /// @param promise that was broken; `stop` if a node saw by itself that something was wrong
  record Kill(int seeds, long seed, String promise, String what) {}

  private final BiFunction<Long, String, List<String>> run;

  @SuppressWarnings("unchecked")
  Hunt(MutantLoader loader) throws ReflectiveOperationException {
    var loaded = loader.loadClass(OneRun.class.getName());
    run = (BiFunction<Long, String, List<String>>) loaded.getConstructor().newInstance();
  }

  /// @param from the first seed
  /// @param most so many seeds at most
  /// @param until so long at most, as [System#nanoTime] tells it
  /// @param checks the name of what the runs are held against
  Optional<Kill> hunt(long from, int most, long until, String checks) {
    for (int seeds = 0; seeds < most && System.nanoTime() - until < 0; seeds++) {
      long seed = from + seeds;
      var broken = run.apply(seed, checks);
      if (!broken.isEmpty()) {
        return Optional.of(new Kill(seeds + 1, seed, broken.getFirst(), broken.getLast()));
      }
    }
    return Optional.empty();
  }
}
