package io.quorate.server;

import io.quorate.consensus.Era;
import io.quorate.journal.DiskException;
import io.quorate.server.config.ServerConfig;

/// How a cluster agrees is settled when it begins; a flag that says otherwise later is a mistake.
final class SameAgreement {
  private SameAgreement() {}

  /// @param kept how the cluster agrees
  /// @throws DiskException if the flags ask for something else
  static void require(ServerConfig config, Era kept) {
    var protocol = config.protocol().orElse(kept.protocol());
    if (!protocol.equals(kept.protocol())) {
      throw new DiskException(
          "the cluster of %s agrees by %s, not by %s: start it with --protocol %s or without the flag, or begin another cluster in another --data-dir"
              .formatted(config.dataDir(), kept.protocol(), protocol, kept.protocol()));
    }
    var options = config.options().orElse(kept.options());
    if (!options.equals(kept.options())) {
      throw new DiskException(
          "the cluster of %s agrees by %s, and the flags of this start ask for \"%s\": start it without flags for quorums, leases and ways to read, or begin another cluster in another --data-dir"
              .formatted(config.dataDir(), kept.agreement(), options.describe()));
    }
  }
}
