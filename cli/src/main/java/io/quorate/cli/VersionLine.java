package io.quorate.cli;

import io.quorate.server.Version;
import picocli.CommandLine;

/// What `--version` prints.
final class VersionLine implements CommandLine.IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "quorate %s (etcd API %s)".formatted(Version.QUORATE, Version.ETCD_API),
      "Java %s".formatted(Runtime.version())
    };
  }
}
