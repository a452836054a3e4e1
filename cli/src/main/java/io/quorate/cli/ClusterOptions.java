package io.quorate.cli;

import io.quorate.client.QuorateClient;
import io.quorate.server.config.UsageException;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/// The options of every command that talks to a cluster.
final class ClusterOptions {
  private static final double LEAST_SECONDS = 0.001;
  private static final double MOST_SECONDS = 31_536_000;

  @Option(
      names = "--endpoints",
      split = ",",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1:2379",
      description = "Nodes of the cluster, separated by commas (default: ${DEFAULT-VALUE}).")
  List<String> endpoints = List.of();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "How long to wait for an answer (default: ${DEFAULT-VALUE}).")
  double timeout;

  QuorateClient connect() {
    var patience = patience();
    return QuorateClient.connect(endpoints).within(patience);
  }

  private Duration patience() {
    if (!(timeout >= LEAST_SECONDS && timeout <= MOST_SECONDS)) {
      throw new UsageException(
          "--timeout needs a number of seconds from 0.001 to 31536000, which is a year");
    }
    return Duration.ofMillis((long) (timeout * 1000));
  }
}
