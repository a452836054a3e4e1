package io.quorate.simulation.mutants;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// Runs seeds on a mutant until one breaks a promise.
final class Hunt {
  /// How a hunt ended.
  ///
  /// @param seeds how many were run
  /// @param kill the last of them, if it broke a promise
  record Catch(int seeds, Optional<Kill> kill) {}

  /// @param promise that was broken; `stop` if a node saw by itself that something was wrong
  record Kill(long seed, String promise, String what) {}

  private final BiFunction<Long, List<String>, List<String>> run;
  private final String protocol;

  /// @param protocol by whose name the runs agree
  @SuppressWarnings("unchecked")
  Hunt(MutantLoader loader, String protocol) throws ReflectiveOperationException {
    var loaded = loader.loadClass(OneRun.class.getName());
    this.protocol = protocol;
    run = (BiFunction<Long, List<String>, List<String>>) loaded.getConstructor().newInstance();
  }

  /// @param from the first seed
  /// @param most so many seeds at most
  /// @param until so long at most, as [System#nanoTime] tells it
  /// @param checks the name of what the runs are held against
  Catch hunt(long from, int most, long until, String checks) {
    int seeds = 0;
    while (seeds < most && System.nanoTime() - until < 0) {
      long seed = from + seeds++;
      var broken = run.apply(seed, List.of(protocol, checks));
      if (!broken.isEmpty()) {
        return new Catch(seeds, Optional.of(new Kill(seed, broken.getFirst(), broken.getLast())));
      }
    }
    return new Catch(seeds, Optional.empty());
  }
}
