package io.quorate.cli;

import io.quorate.client.QuorateClient;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/// The options of every command that talks to a cluster.
final class ClusterOptions {
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
    return QuorateClient.connect(endpoints).within(Duration.ofMillis((long) (timeout * 1000)));
  }
}
