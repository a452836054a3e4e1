package io.quorate.server.config;

import io.quorate.consensus.Era;
import io.quorate.node.FirstEra;
import io.quorate.node.Members;
import io.quorate.node.Network;
import io.quorate.node.Protocols;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All that a node is told before it starts.
///
/// @param name by which people know the node, and by which it finds itself in `cluster`
/// @param advertiseClient where clients are told to find the node
/// @param cluster the peer URLs of each node that the cluster begins with, by name
/// @param token keeps clusters apart whose nodes have had the same addresses
/// @param protocol by which the nodes agree, if that was said
/// @param options what else they agree on, if anything unusual was said
/// @param heartbeatMillis between signs of life of a leader
/// @param electionMillis of silence after which a leader counts as gone
/// @param snapshotBytes how much may be journaled before the store is made durable
public record ServerConfig(
    String name,
    Path dataDir,
    List<Endpoint> listenClient,
    List<Endpoint> advertiseClient,
    List<Endpoint> listenPeer,
    Map<String, List<String>> cluster,
    String token,
    Optional<String> protocol,
    Optional<Era.Options> options,
    long heartbeatMillis,
    long electionMillis,
    int maxRequestBytes,
    int maxTxnOps,
    long snapshotBytes,
    long segmentBytes,
    String logLevel,
    String logFormat,
    List<String> warnings) {

  private static final String DEFAULT_PROTOCOL = "raft";

  private static final List<Flags.Flag> FLAGS =
      List.of(
          flag("name", "NAME", "default", "the name of this node"),
          flag("data-dir", "DIR", "", "where its data live (default NAME.quorate)"),
          flag(
              "listen-client-urls", "URLS", "http://localhost:2379", "where it listens to clients"),
          flag(
              "advertise-client-urls",
              "URLS",
              "http://localhost:2379",
              "where clients are told to find it"),
          flag(
              "listen-peer-urls",
              "URLS",
              "http://localhost:2380",
              "where it listens to other nodes"),
          flag(
              "initial-advertise-peer-urls",
              "URLS",
              "http://localhost:2380",
              "where the other nodes find it"),
          flag(
              "initial-cluster",
              "NAME=URL,…",
              "",
              "the nodes that the cluster begins with (default this one alone)"),
          flag(
              "initial-cluster-state",
              "new|existing",
              "new",
              "whether the cluster begins now; a node with data ignores it"),
          flag(
              "initial-cluster-token",
              "TEXT",
              "etcd-cluster",
              "keeps clusters apart whose nodes had the same addresses"),
          flag(
              "protocol",
              String.join("|", Protocols.names()),
              "",
              "how the nodes of a new cluster agree, the same on all; "
                  + DEFAULT_PROTOCOL
                  + " if not said"),
          flag(
              "electing-quorum",
              "N",
              "0",
              "voters that elect a leader in a new cluster; 0: a majority. With a deciding quorum"
                  + " more than all"),
          flag("deciding-quorum", "N", "0", "voters that decide a write there; 0: a majority"),
          flag(
              "leader-lease",
              "MS",
              "0",
              "for so long its leader reads without asking the others; 0: it asks. Of raft only"),
          flag(
              "clock-drift",
              "PPM",
              "10000",
              "with leases: by how many millionths no clock runs faster or slower than time does"),
          flag(
              "leaderless-reads",
              "true|false",
              "false",
              "whether nodes of a new cluster read without asking its leader. Of paxos only"),
          flag("heartbeat-interval", "MS", "100", "milliseconds between signs of life of a leader"),
          flag(
              "election-timeout",
              "MS",
              "1000",
              "milliseconds of silence after which a leader counts as gone"),
          flag("max-request-bytes", "BYTES", "1572864", "the largest request that is taken"),
          flag("max-txn-ops", "N", "128", "operations in one transaction"),
          flag(
              "snapshot-bytes",
              "BYTES",
              "67108864",
              "journal bytes after which the store is made durable"),
          flag("segment-bytes", "BYTES", "67108864", "size of a journal file, from 1048576 up"),
          flag("log-level", "LEVEL", "info", "debug, info, warn or error"),
          flag("log-format", "text|json", "text", "form of the log, which goes to stderr"));

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

  private static Flags.Flag flag(String name, String value, String fallback, String help) {
    return new Flags.Flag(name, value, fallback, help);
  }

  /// The flags, for people.
  public static String help() {
    return Flags.help(FLAGS);
  }

  /// Reads command line and environment.
  ///
  /// @throws UsageException with one sentence if something cannot be used
  public static ServerConfig parse(List<String> arguments, Map<String, String> environment) {
    var flags = new Flags(FLAGS);
    flags.read(arguments, environment);
    var name = flags.text("name");
    if (name.isBlank()) {
      throw new UsageException("--name needs a name, as in --name n1");
    }
    var advertisePeer =
        Endpoint.list("initial-advertise-peer-urls", flags.text("initial-advertise-peer-urls"));
    var listenClient = Endpoint.listToBind("listen-client-urls", flags.text("listen-client-urls"));
    var listenPeer = Endpoint.listToBind("listen-peer-urls", flags.text("listen-peer-urls"));
    if (flags.isGiven("listen-client-urls") && !flags.isGiven("advertise-client-urls")) {
      throw new UsageException(
          "--advertise-client-urls is required when --listen-client-urls is set explicitly");
    }
    flags.oneOf("initial-cluster-state", List.of("new", "existing"));
    long heartbeat = flags.number("heartbeat-interval", 1, 50_000);
    long election = flags.number("election-timeout", 1, 50_000);
    if (5 * heartbeat > election) {
      throw new UsageException(
          "--election-timeout[%dms] should be at least as 5 times as --heartbeat-interval[%dms]"
              .formatted(election, heartbeat));
    }
    var dataDir = flags.text("data-dir");
    var config =
        new ServerConfig(
            name,
            Path.of(dataDir.isEmpty() ? name + ".quorate" : dataDir),
            listenClient,
            Endpoint.list("advertise-client-urls", flags.text("advertise-client-urls")),
            listenPeer,
            cluster(flags, name, advertisePeer),
            flags.text("initial-cluster-token"),
            protocol(flags),
            options(flags),
            heartbeat,
            election,
            (int) flags.number("max-request-bytes", 1 << 10, Network.MAX_COMMAND),
            (int) flags.number("max-txn-ops", 1, 1 << 20),
            flags.number("snapshot-bytes", 1 << 20, 1L << 40),
            flags.number("segment-bytes", 1 << 20, 1 << 30),
            flags.oneOf("log-level", List.of("debug", "info", "warn", "error")),
            flags.oneOf("log-format", List.of("text", "json")),
            List.copyOf(flags.warnings()));
    config.requirePossible();
    return config;
  }

  private static Map<String, List<String>> cluster(
      Flags flags, String name, List<Endpoint> advertised) {
    var urls = advertised.stream().map(Endpoint::url).sorted().toList();
    var text = flags.text("initial-cluster");
    if (text.isBlank()) {
      return Map.of(name, urls);
    }
    var nodes = new LinkedHashMap<String, List<String>>();
    var seen = new HashSet<String>();
    for (var part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      var node = equals < 0 ? "" : part.substring(0, equals).strip();
      if (node.isEmpty()) {
        throw new UsageException(
            "--initial-cluster: \"%s\" must be NAME=URL, as in n1=http://10.0.0.1:2380"
                .formatted(part));
      }
      var url = Endpoint.parse("initial-cluster", part.substring(equals + 1).strip()).url();
      if (!seen.add(url)) {
        throw new UsageException("--initial-cluster %s has duplicate url %s".formatted(text, url));
      }
      nodes.computeIfAbsent(node, first -> new ArrayList<>()).add(url);
    }
    var mine = nodes.get(name);
    if (mine == null) {
      throw new UsageException(
          "couldn't find local name \"%s\" in the initial cluster configuration; it names %s"
              .formatted(name, String.join(", ", nodes.keySet())));
    }
    requireSame(name, mine, urls);
    return nodes;
  }

  private static void requireSame(String name, List<String> mine, List<String> advertised) {
    for (var url : mine) {
      if (!advertised.contains(url)) {
        throw new UsageException(
            "--initial-cluster has %s=%s but missing from --initial-advertise-peer-urls=%s"
                .formatted(name, url, String.join(",", advertised)));
      }
    }
    for (var url : advertised) {
      if (!mine.contains(url)) {
        throw new UsageException(
            "--initial-advertise-peer-urls has %s but missing from --initial-cluster=%s=%s"
                .formatted(url, name, String.join(",", mine)));
      }
    }
  }

  /// Whether anything but this machine can reach the client port.
  public boolean isOpenToOthers() {
    return listenClient.stream().anyMatch(endpoint -> !endpoint.isLoopback());
  }
}
