package io.quorate.simulation.experiment;

import io.quorate.consensus.Protocol;
import io.quorate.simulation.Testbed;

/// How every experiment begins.
final class Start {
  private static final long SECOND = 1_000_000_000;

  private Start() {}

  /// A cluster that has had a leader for a while and has decided something since.
  static Testbed led(long seed, int nodes, Protocol protocol) {
    var testbed = new Testbed(seed, nodes, protocol);
    testbed.start();
    if (!testbed.runUntil(() -> testbed.leader() >= 0, 30 * SECOND)) {
      throw new IllegalStateException(
          "nodes that reach each other find no leader by %s".formatted(protocol.name()));
    }
    testbed.run(2 * SECOND);
    return testbed;
  }
}
