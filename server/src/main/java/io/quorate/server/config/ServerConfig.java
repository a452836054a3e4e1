package io.quorate.server.config;

import io.quorate.consensus.Era;
import io.quorate.node.FirstEra;
import io.quorate.node.Members;
import io.quorate.node.Network;
import io.quorate.node.Protocols;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All that a node is told before it starts.
///
/// @param name by which people know the node, and by which it finds itself in `cluster`
/// @param advertiseClient where clients are told to find the node
/// @param cluster the peer URLs of each node that the cluster begins with, by name
/// @param token keeps clusters apart whose nodes have had the same addresses
/// @param existing whether the cluster has begun, so that a node without data may not begin it
/// @param protocol by which the nodes agree, if that was said
/// @param options what else they agree on, if anything unusual was said
/// @param heartbeatMillis between signs of life of a leader
/// @param electionMillis of silence after which a leader counts as gone
/// @param snapshotBytes how much may be journaled before the store is made durable
/// @param listenHttp where clients speak plain HTTP; empty if that is where they speak gRPC
/// @param listenMetrics where health and metrics are shown, besides
/// @param maxStreams calls that one connection may have open
/// @param quotaBackendBytes of storage at which writes are refused; negative if there is no limit
/// @param watchProgressNotifyInterval how often a silent watch that asks for it is told how far it
///   is; at least 100 ms
/// @param maxLearners nodes without a vote that the cluster may have
/// @param warmUp for how long the node's code runs before the node starts; zero for not at all
/// @param extensiveMetrics whether it is told how long calls take, by method
public record ServerConfig(
    String name,
    Path dataDir,
    List<Endpoint> listenClient,
    List<Endpoint> advertiseClient,
    List<Endpoint> listenPeer,
    Map<String, List<String>> cluster,
    String token,
    boolean existing,
    Optional<String> protocol,
    Optional<Era.Options> options,
    long heartbeatMillis,
    long electionMillis,
    int maxRequestBytes,
    int maxTxnOps,
    long snapshotBytes,
    long segmentBytes,
    List<Endpoint> listenHttp,
    List<Endpoint> listenMetrics,
    Keepalive keepalive,
    long maxStreams,
    long quotaBackendBytes,
    AutoCompaction autoCompaction,
    Duration watchProgressNotifyInterval,
    int maxLearners,
    Duration warmUp,
    boolean extensiveMetrics,
    String logLevel,
    String logFormat,
    List<String> warnings) {

  static final String DEFAULT_PROTOCOL = "raft";

  /// Checked, and kept for what will go by them.
  private static final List<String> WITHOUT_EFFECT = List.of("max-learners");

  private static final long DEFAULT_QUOTA = 2L << 30;
  private static final int MOST_ELECTION_MILLIS = 50_000;
  private static final Duration LEAST_NOTIFY = Duration.ofMillis(100);
  private static final Duration MOST_WARM_UP = Duration.ofMinutes(1);

  /// How connections of clients are kept (etcd-G5).
  ///
  /// @param minTime clients that ping more often are disconnected
  /// @param interval of silence after which a client is asked whether it is there; zero for never
  /// @param timeout until it has answered
  public record Keepalive(Duration minTime, Duration interval, Duration timeout) {}

  private static Optional<String> protocol(Flags flags) {
    return flags.isGiven("protocol")
        ? Optional.of(flags.oneOf("protocol", Protocols.names()))
        : Optional.empty();
  }

  private static Optional<Era.Options> options(Flags flags) {
    int lease = (int) flags.number("leader-lease", 0, Integer.MAX_VALUE);
    int drift = (int) flags.number("clock-drift", 1, Integer.MAX_VALUE);
    try {
      var options =
          new Era.Options(
              (int) flags.number("electing-quorum", 0, Integer.MAX_VALUE),
              (int) flags.number("deciding-quorum", 0, Integer.MAX_VALUE),
              lease,
              lease == 0 ? 0 : drift,
              flags.oneOf("leaderless-reads", List.of("true", "false")).equals("true"));
      return options.equals(Era.Options.DEFAULT) ? Optional.empty() : Optional.of(options);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /// What etcd calls console is text.
  private static String logFormat(Flags flags) {
    var format = flags.oneOf("log-format", List.of("text", "json", "console"));
    return format.equals("console") ? "text" : format;
  }

  /// How the cluster begins, if it does so now.
  public FirstEra firstEra() {
    return new FirstEra(
        protocol.orElse(DEFAULT_PROTOCOL), List.of(), options.orElse(Era.Options.DEFAULT));
  }

  private void requirePossible() {
    try {
      firstEra().requirePossible(Members.of(token, cluster));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /// The flags, for people.
  public static String help() {
    return Flags.help(ServerFlags.ALL);
  }

  /// Reads command line, environment, and the file that one of them may name.
  ///
  /// @throws UsageException with one sentence if something cannot be used
  public static ServerConfig parse(List<String> arguments, Map<String, String> environment) {
    var flags = new Flags(ServerFlags.ALL);
    flags.read(arguments, environment);
    var name = flags.text("name");
    if (name.isBlank()) {
      throw new UsageException("--name needs a name, as in --name n1");
    }
    var advertisePeer = flags.as("initial-advertise-peer-urls", Endpoint::list);
    var listenClient = flags.as("listen-client-urls", Endpoint::listToBind);
    var listenHttp = flags.as("listen-client-http-urls", ServerConfig::listOrNothing);
    if (flags.isGiven("listen-client-urls") && !flags.isGiven("advertise-client-urls")) {
      throw new UsageException(
          "--advertise-client-urls is required when --listen-client-urls is set explicitly");
    }
    requireApart(listenClient, listenHttp);
    long heartbeat = flags.number("heartbeat-interval", 1, MOST_ELECTION_MILLIS);
    long election = flags.number("election-timeout", 1, Integer.MAX_VALUE);
    requireElectable(heartbeat, election);
    WITHOUT_EFFECT.forEach(flags::warnIfWithoutEffect);
    var dataDir = flags.text("data-dir");
    var config =
        new ServerConfig(
            name,
            Path.of(dataDir.isEmpty() ? name + ".quorate" : dataDir),
            listenClient,
            flags.as("advertise-client-urls", Endpoint::list),
            flags.as("listen-peer-urls", Endpoint::listToBind),
            flags.as(
                "initial-cluster", (_, text) -> InitialCluster.parse(text, name, advertisePeer)),
            flags.text("initial-cluster-token"),
            flags.oneOf("initial-cluster-state", List.of("new", "existing")).equals("existing"),
            protocol(flags),
            options(flags),
            heartbeat,
            election,
            (int) flags.number("max-request-bytes", 1 << 10, Network.MAX_COMMAND),
            (int) flags.number("max-txn-ops", 1, 1 << 20),
            flags.number("snapshot-bytes", 1 << 20, 1L << 40),
            flags.number("segment-bytes", 1 << 20, 1 << 30),
            listenHttp,
            flags.as("listen-metrics-urls", ServerConfig::listOrNothing),
            new Keepalive(
                flags.duration("grpc-keepalive-min-time", Duration.ZERO),
                flags.duration("grpc-keepalive-interval", Duration.ZERO),
                flags.duration("grpc-keepalive-timeout", Duration.ofMillis(1))),
            flags.number("max-concurrent-streams", 1, (1L << 32) - 1),
            quota(flags),
            autoCompaction(flags),
            flags.duration("watch-progress-notify-interval", LEAST_NOTIFY),
            (int) flags.number("max-learners", 0, 1_000),
            warmUp(flags),
            flags.oneOf("metrics", List.of("basic", "extensive")).equals("extensive"),
            flags.oneOf("log-level", List.of("debug", "info", "warn", "error")),
            logFormat(flags),
            List.copyOf(flags.warnings()));
    config.requirePossible();
    return config;
  }

  private static List<Endpoint> listOrNothing(String flag, String text) {
    return text.isBlank() ? List.of() : Endpoint.listToBind(flag, text);
  }

  /// One place cannot be for gRPC alone and for HTTP alone (etcd-G10).
  private static void requireApart(List<Endpoint> grpc, List<Endpoint> http) {
    for (var endpoint : http) {
      if (grpc.stream().anyMatch(other -> other.bindAddress().equals(endpoint.bindAddress()))) {
        throw new UsageException(
            "cannot bind both --listen-client-urls and --listen-client-http-urls on the same url "
                + endpoint);
      }
    }
  }

  /// See etcd-F10.
  private static void requireElectable(long heartbeat, long election) {
    if (5 * heartbeat > election) {
      throw new UsageException(
          "--election-timeout[%dms] should be at least as 5 times as --heartbeat-interval[%dms]"
              .formatted(election, heartbeat));
    }
    if (election > MOST_ELECTION_MILLIS) {
      throw new UsageException(
          "--election-timeout[%dms] is too long, and should be set less than %dms"
              .formatted(election, MOST_ELECTION_MILLIS));
    }
  }

  private static AutoCompaction autoCompaction(Flags flags) {
    var mode = flags.as("auto-compaction-mode", (_, text) -> AutoCompaction.Mode.parse(text));
    return flags.as("auto-compaction-retention", (_, text) -> AutoCompaction.parse(mode, text));
  }

  private static Duration warmUp(Flags flags) {
    var time = flags.duration("warm-up", Duration.ZERO);
    return flags.as(
        "warm-up",
        (flag, text) -> {
          if (time.compareTo(MOST_WARM_UP) > 0) {
            throw new UsageException(
                "--%s keeps the node from starting for so long: at most 1m, not \"%s\""
                    .formatted(flag, text));
          }
          return time;
        });
  }

  private static long quota(Flags flags) {
    long bytes = flags.number("quota-backend-bytes", Long.MIN_VALUE, Long.MAX_VALUE);
    return bytes == 0 ? DEFAULT_QUOTA : bytes;
  }

  /// Whether anything but this machine can reach the client port.
  public boolean isOpenToOthers() {
    return listenClient.stream().anyMatch(endpoint -> !endpoint.isLoopback());
  }
}
