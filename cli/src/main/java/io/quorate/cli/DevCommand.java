package io.quorate.cli;

import io.quorate.journal.DiskException;
import io.quorate.node.ForeignDiskException;
import io.quorate.server.Server;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.UsageException;
import io.quorate.server.disk.Trees;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `quorate dev`: a cluster in one process, with real sockets and a real disk.
@Command(
    name = "dev",
    description = {
      "Runs a cluster on this machine, until Ctrl-C. Its data stay for the next time.",
      "QUORATE_JAVA_OPTS goes to the JVM."
    },
    exitCodeList = {"0:ended by Ctrl-C", "1:could not go on", "2:wrong usage"},
    exitCodeListHeading = "Exit codes:%n",
    mixinStandardHelpOptions = true)
final class DevCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(DevCommand.class);
  private static final int PORTS_PER_NODE = 2;

  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many nodes (default: ${DEFAULT-VALUE}).")
  int nodes;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = "./quorate-data",
      description = "Where the data live (default: ${DEFAULT-VALUE}).")
  Path dataDir = Path.of("quorate-data");

  @Option(
      names = "--client-port",
      paramLabel = "PORT",
      defaultValue = "2379",
      description = {
        "The first node's port for clients, with its port for other nodes one above;",
        "the next node's are two above these, and so on (default: ${DEFAULT-VALUE})."
      })
  int clientPort;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      description =
          "How the nodes of a new cluster agree: ${COMPLETION-CANDIDATES} (default: raft).",
      completionCandidates = ProtocolNames.class)
  @Nullable String protocol;

  @Parameters(
      paramLabel = "FLAG",
      description = "Behind --: flags of ./quorate server, for every node.")
  List<String> serverFlags = List.of();

  @Option(names = "--fresh", description = "Delete the data first, after asking.")
  boolean fresh;

  @Override
  public Integer call() throws Exception {
    if (nodes < 1 || nodes > 9) {
      throw new UsageException("--nodes is a number from 1 to 9, not " + nodes);
    }
    if (clientPort < 1 || clientPort + PORTS_PER_NODE * nodes > 65_536) {
      throw new UsageException(
          "--client-port %d leaves no room for %d nodes".formatted(clientPort, nodes));
    }
    if (fresh && !deleteData()) {
      return 0;
    }
    requireSameNodes();
    requireFreePorts();
    return run();
  }

  private boolean deleteData() throws IOException {
    if (!Files.exists(dataDir)) {
      return true;
    }
    if (!Terminal.isThere()) {
      throw new UsageException(
          "--fresh asks before it deletes %s, and there is no terminal to ask on: delete it yourself"
              .formatted(dataDir));
    }
    if (!Terminal.confirms("Delete everything in %s?".formatted(dataDir))) {
      return false;
    }
    Trees.delete(dataDir);
    return true;
  }

  private List<String> names() {
    return IntStream.rangeClosed(1, nodes).mapToObj(i -> "n" + i).toList();
  }

  /// The nodes' ids follow from all of their addresses, so another number of them is another
  /// cluster.
  private void requireSameNodes() throws IOException {
    if (!Files.isDirectory(dataDir)) {
      return;
    }
    try (var directories = Files.list(dataDir)) {
      long found =
          directories.filter(path -> path.getFileName().toString().matches("n[0-9]+")).count();
      if (found != 0 && found != nodes) {
        throw new UsageException(
            "%s holds a cluster of %d nodes: start it with --nodes %d, or choose another --data-dir, or"
                    .formatted(dataDir, found, found)
                + " begin anew with --fresh");
      }
    }
  }

  private int clientPortOf(int node) {
    return clientPort + PORTS_PER_NODE * node;
  }

  private void requireFreePorts() {
    for (int port = clientPort; port < clientPort + PORTS_PER_NODE * nodes; port++) {
      try (var probe = new ServerSocket()) {
        probe.setReuseAddress(true);
        probe.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      } catch (IOException e) {
        throw new UsageException(
            "port %d is taken: stop what listens there, or choose another --client-port"
                .formatted(port));
      }
    }
  }

  private ServerConfig config(int node) {
    var cluster = new ArrayList<String>();
    for (int i = 0; i < nodes; i++) {
      cluster.add("n%d=http://127.0.0.1:%d".formatted(i + 1, clientPortOf(i) + 1));
    }
    var client = "http://127.0.0.1:" + clientPortOf(node);
    var peer = "http://127.0.0.1:" + (clientPortOf(node) + 1);
    var name = names().get(node);
    var flags =
        new ArrayList<>(
            List.of(
                "--name=" + name,
                "--data-dir=" + dataDir.resolve(name),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=" + String.join(",", cluster),
                "--initial-cluster-token=quorate-dev"));
    if (protocol != null) {
      flags.add("--protocol=" + protocol);
    }
    flags.addAll(serverFlags);
    return ServerConfig.parse(flags, Map.of());
  }

  private int run() throws InterruptedException {
    var out = spec.commandLine().getOut();
    var end = new CountDownLatch(1);
    var failure = new FirstFailure(end);
    var servers = new ArrayList<Server>();
    config(0).warnings().forEach(LOG::warn);
    for (int i = 0; i < nodes; i++) {
      try {
        servers.add(Server.start(config(i), failure));
      } catch (IOException e) {
        throw new UsageException(
            "%s; every node is given the same flags behind --".formatted(e.getMessage()));
      } catch (ForeignDiskException e) {
        throw new UsageException(
            "%s was made with another --client-port: start it with that one, or choose another --data-dir, or begin anew with --fresh"
                .formatted(dataDir));
      } catch (DiskException e) {
        throw new UsageException(String.valueOf(e.getMessage()));
      }
    }
    Ending.whenTold(() -> stop(servers), () -> servers.stream().allMatch(Server::isSafe));
    var ready =
        CompletableFuture.allOf(
            servers.stream()
                .filter(server -> server.outOfService() == null)
                .map(Server::ready)
                .toArray(CompletableFuture<?>[]::new));
    while (!ready.isDone() && end.getCount() > 0) {
      end.await(10, TimeUnit.MILLISECONDS);
    }
    if (end.getCount() > 0) {
      greet(out);
      new LiveTable(servers, out).showUntil(end);
    }
    return failure.exit();
  }

  private void greet(PrintWriter out) {
    var endpoints =
        String.join(
            ",", IntStream.range(0, nodes).mapToObj(i -> "127.0.0.1:" + clientPortOf(i)).toList());
    var options = clientPort == 2379 ? "" : " --endpoints " + endpoints;
    out.printf("%d node%s ready, data in %s%n", nodes, nodes == 1 ? "" : "s", dataDir);
    out.printf("  ./quorate put greeting hello%s%n", options);
    out.printf("  ETCDCTL_API=3 etcdctl --endpoints=%s put greeting hello%n", endpoints);
    out.printf("Ctrl-C ends it.%n%n");
    out.flush();
  }

  private static void stop(List<Server> servers) throws InterruptedException {
    // Together, so that none waits for a leadership that has nowhere to go.
    var stopping = new ArrayList<Thread>();
    for (var server : servers) {
      var thread =
          new Thread(() -> {
            try {
              server.stop();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      thread.start();
      stopping.add(thread);
    }
    for (var thread : stopping) {
      thread.join();
    }
  }
}
