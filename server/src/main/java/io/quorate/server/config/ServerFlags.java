package io.quorate.server.config;

import io.quorate.node.Protocols;
import io.quorate.server.config.Flags.Flag;
import java.util.List;

/// The flags of a server, in the order of the help: etcd's names and defaults where etcd has them
/// (etcd-F3, F4, F6, F7).
final class ServerFlags {
  static final List<Flag> ALL =
      List.of(
          flag(
              "config-file",
              "FILE",
              "",
              "YAML whose keys are these flags, for what neither flags nor environment say"),
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
              "listen-client-http-urls",
              "URLS",
              "",
              "where it listens to clients that speak plain HTTP; the other URLs are for gRPC alone"
                  + " then"),
          flag(
              "listen-metrics-urls",
              "URLS",
              "",
              "where it also shows /metrics, /health, /livez and /readyz, and nothing else"),
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
              "whether the cluster begins now; a node with data ignores it, one without refuses"
                  + " existing"),
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
                  + ServerConfig.DEFAULT_PROTOCOL
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
          flag("max-learners", "N", "1", "nodes without a vote that a cluster may have"),
          flag("max-request-bytes", "BYTES", "1572864", "the largest request that is taken"),
          flag("max-txn-ops", "N", "128", "operations in one transaction"),
          flag(
              "max-concurrent-streams",
              "N",
              "4294967295",
              "calls that one connection may have open"),
          flag(
              "grpc-keepalive-min-time",
              "DURATION",
              "5s",
              "clients that ping more often are disconnected"),
          flag(
              "grpc-keepalive-interval",
              "DURATION",
              "2h",
              "a connection silent for so long is asked whether it is alive; 0: never"),
          flag("grpc-keepalive-timeout", "DURATION", "20s", "how long the answer to that may take"),
          flag(
              "watch-progress-notify-interval",
              "DURATION",
              "10m",
              "how often a silent watch that asks for it is told how far it is"),
          flag(
              "quota-backend-bytes",
              "BYTES",
              "0",
              "storage at which writes are refused; 0: 2147483648, less than 0: no limit"),
          flag(
              "auto-compaction-mode",
              "periodic|revision",
              "periodic",
              "what the next flag counts: time, or revisions"),
          flag(
              "auto-compaction-retention",
              "TIME|N",
              "0",
              "how much history stays: a span of time such as 30m, a number of hours, or of"
                  + " revisions; 0: all, until a client compacts"),
          flag(
              "snapshot-bytes",
              "BYTES",
              "67108864",
              "journal bytes after which the store is made durable"),
          flag("segment-bytes", "BYTES", "67108864", "size of a journal file, from 1048576 up"),
          flag(
              "warm-up",
              "DURATION",
              "1500ms",
              "for so long it runs its code on data that go again, before it starts, 1m at most;"
                  + " 0s: not at all"),
          flag(
              "metrics",
              "basic|extensive",
              "basic",
              "whether /metrics also tells how long calls take, by method"),
          flag("log-level", "LEVEL", "info", "debug, info, warn or error"),
          flag(
              "log-format",
              "text|json",
              "text",
              "form of the log, which goes to stderr; etcd's console is text"));

  private ServerFlags() {}

  private static Flag flag(String name, String value, String fallback, String help) {
    return new Flag(name, value, fallback, help);
  }
}
