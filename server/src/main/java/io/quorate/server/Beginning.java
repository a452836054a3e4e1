package io.quorate.server;

import io.quorate.journal.Identity;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.UsageException;
import java.nio.file.Files;

/// A node without data begins a cluster, with the others that it is told.
final class Beginning {
  private Beginning() {}

  /// @throws UsageException if that is not what is wanted
  static void requirePossible(ServerConfig config) {
    if (config.existing() && !Files.exists(config.dataDir().resolve(Identity.FILE))) {
      throw new UsageException(
          ("--initial-cluster-state=existing asks for a node that has data, and %s holds none: give"
                  + " its --data-dir, or begin a cluster by --initial-cluster-state=new; a new node"
                  + " cannot join a running cluster yet")
              .formatted(config.dataDir().toAbsolutePath()));
    }
  }
}
