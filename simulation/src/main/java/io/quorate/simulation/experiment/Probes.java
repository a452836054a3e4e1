package io.quorate.simulation.experiment;

import io.quorate.simulation.Testbed;
import java.util.Arrays;
import java.util.function.IntPredicate;

/// Clients, one at each node, that put again and again whatever comes of it, and what they see from
/// a time on.
final class Probes {
  private final Testbed testbed;
  private final int value;
  private final long[] lastAskedAndAnswered;
  private long since = Long.MAX_VALUE;
  private long firstAnswer = -1;
  private long lastAnswer;
  private long longestGap;

  /// @param value bytes of a value that is put
  Probes(Testbed testbed, int value) {
    this.testbed = testbed;
    this.value = value;
    this.lastAskedAndAnswered = new long[testbed.nodes()];
    Arrays.fill(lastAskedAndAnswered, -1);
  }

  /// Puts at these nodes from now on.
  ///
  /// @param every nanoseconds between two puts at one node
  void begin(long every, IntPredicate nodes) {
    for (int node = 0; node < testbed.nodes(); node++) {
      if (nodes.test(node)) {
        put(node);
      }
    }
    testbed.at(testbed.now() + every, () -> begin(every, nodes));
  }

  private void put(int node) {
    long asked = testbed.now();
    testbed.put(
        node,
        "probe",
        value,
        (done, at) -> {
          if (done && asked >= since) {
            answered(node, asked, at);
          }
        });
  }

  private void answered(int node, long asked, long at) {
    if (firstAnswer < 0) {
      firstAnswer = at;
    }
    longestGap = Math.max(longestGap, at - lastAnswer);
    lastAnswer = Math.max(lastAnswer, at);
    lastAskedAndAnswered[node] = Math.max(lastAskedAndAnswered[node], asked);
  }

  /// Only puts that are begun from this time on count.
  void since(long time) {
    since = time;
    lastAnswer = time;
  }

  /// When the first of those that count was answered; -1: none was.
  long firstAnswer() {
    return firstAnswer;
  }

  /// The longest time without an answer at any node, until now.
  long longestGap() {
    return Math.max(longestGap, testbed.now() - lastAnswer);
  }

  /// How many nodes have answered a put that was begun after this time.
  int answering(long after) {
    return (int) Arrays.stream(lastAskedAndAnswered).filter(asked -> asked >= after).count();
  }
}
