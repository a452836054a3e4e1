package io.quorate.cli;

import io.quorate.journal.DiskException;
import io.quorate.server.Claim;
import io.quorate.server.Server;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.UsageException;
import io.quorate.server.warmup.WarmUp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/// `quorate server`: one node, with etcd's flags.
@Command(
    name = "server",
    description = {
      "Runs one node of a cluster, until it is told to stop. Flags are etcd's;",
      "each may also stand in the environment, as QUORATE_NAME or ETCD_NAME, and, without",
      "its dashes, as a key in a YAML file that --config-file names. QUORATE_NAME wins over",
      "ETCD_NAME, and both over the file; a flag wins over the file, and contradicts both",
      "variables: then the node does not start.",
      "QUORATE_JAVA_OPTS goes to the JVM."
    },
    customSynopsis = "quorate server [--FLAG VALUE ...]",
    exitCodeList = {"0:stopped as told", "1:could not go on", "2:wrong usage"},
    exitCodeListHeading = "Exit codes:%n")
final class ServerCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCommand.class);

  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
  @Unmatched List<String> flags = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    if (flags.stream().anyMatch(flag -> List.of("--help", "-help", "-h").contains(flag))) {
      spec.commandLine().usage(spec.commandLine().getOut());
      spec.commandLine().getOut().println("Flags:");
      spec.commandLine().getOut().print(ServerConfig.help());
      return 0;
    }
    if (flags.stream().anyMatch(flag -> List.of("--version", "-version").contains(flag))) {
      for (var line : new VersionLine().getVersion()) {
        spec.commandLine().getOut().println(line);
      }
      return 0;
    }
    return run(ServerConfig.parse(flags, Map.copyOf(System.getenv())));
  }

  private static int run(ServerConfig config) throws InterruptedException {
    Logging.configure(config.logLevel(), config.logFormat());
    config.warnings().forEach(LOG::warn);
    if (config.isOpenToOthers()) {
      LOG.warn(
          "clients on other machines are served without TLS: anybody who reaches the port can read"
              + " and write everything");
    }
    var end = new CountDownLatch(1);
    var failure = new FirstFailure(end);
    Server server;
    try {
      prepare(config);
      server = Server.start(config, failure);
    } catch (IOException | DiskException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    Ending.whenTold(
        () -> {
          LOG.info("stopping");
          server.stop();
        },
        server::isSafe);
    end.await();
    return failure.exit();
  }

  /// Warms up, but beside no other node on the same data or addresses.
  private static void prepare(ServerConfig config) throws IOException, InterruptedException {
    try (var _ = Claim.take(config)) {
      if (config.warmUp().isZero()) {
        deleteRemains(config);
      } else {
        warmUp(config);
      }
    }
  }

  private static void deleteRemains(ServerConfig config) {
    try {
      WarmUp.deleteRemains(config);
    } catch (IOException e) {
      LOG.warn("what an earlier process left cannot be deleted: {}", e.toString());
    }
  }

  /// Whatever fails, the node can start.
  private static void warmUp(ServerConfig config) throws InterruptedException {
    try {
      var result = runInSilence(config);
      LOG.info("warmed up with {} calls in {} ms", result.calls(), result.took().toMillis());
    } catch (IOException | RuntimeException | LinkageError e) {
      LOG.warn("starts cold, and is slow at first: {}", e.toString());
    }
  }

  /// The log is the node's own: it tells nothing of those that run before it.
  private static WarmUp.Result runInSilence(ServerConfig config)
      throws IOException, InterruptedException {
    Logging.setLevel("off");
    try {
      return WarmUp.run(config);
    } finally {
      Logging.setLevel(config.logLevel());
    }
  }
}
