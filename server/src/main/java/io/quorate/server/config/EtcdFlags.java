package io.quorate.server.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The flags of etcd's that this server has no use for (etcd-F3 to F9).
///
/// Most are taken with a warning, so that command lines and manifests written for etcd start. Those
/// whose users rely on what they ask for, such as encryption, are refused until it is there.
final class EtcdFlags {
  /// Values that ask for nothing.
  private static final Set<String> NOTHING = Set.of("", "false", "off", "*", "simple", "0");

  private static final Set<String> SECTIONS =
      Set.of("client-transport-security", "discovery-config", "peer-transport-security");

  private static final String DISCOVERY = "discovery; name the nodes by --initial-cluster";

  private static final Map<String, String> NOT_OFFERED =
      Map.of(
          "auth-token",
          "any other tokens than simple ones",
          "discovery",
          DISCOVERY,
          "discovery-endpoints",
          DISCOVERY,
          "discovery-srv",
          DISCOVERY,
          "discovery-token",
          DISCOVERY,
          "force-new-cluster",
          "a new cluster out of what one node has",
          "host-whitelist",
          "a choice of host names",
          "proxy",
          "a proxy");

  private static final Set<String> SWITCHES =
      Set.of(
          "auto-tls",
          "client-cert-auth",
          "debug",
          "discovery-insecure-skip-tls-verify",
          "discovery-insecure-transport",
          "enable-distributed-tracing",
          "enable-grpc-gateway",
          "enable-log-rotation",
          "enable-pprof",
          "enable-v2",
          "experimental-compact-hash-check-enabled",
          "experimental-initial-corrupt-check",
          "experimental-memory-mlock",
          "experimental-peer-skip-client-san-verification",
          "experimental-set-member-localaddr",
          "experimental-stop-grpc-service-on-defrag",
          "experimental-txn-mode-write-with-shared-buffer",
          "force",
          "force-new-cluster",
          "initial-election-tick-advance",
          "memory-mlock",
          "peer-auto-tls",
          "peer-client-cert-auth",
          "peer-skip-client-san-verification",
          "pre-vote",
          "socket-reuse-address",
          "socket-reuse-port",
          "strict-reconfig-check",
          "unsafe-no-fsync");

  private static final Set<String> VALUES =
      Set.of(
          "auth-token",
          "auth-token-ttl",
          "backend-batch-interval",
          "backend-batch-limit",
          "backend-bbolt-freelist-type",
          "bcrypt-cost",
          "bootstrap-defrag-threshold-megabytes",
          "ca-file",
          "cert-file",
          "cipher-suites",
          "client-cert-allowed-hostname",
          "client-cert-file",
          "client-crl-file",
          "client-key-file",
          "cluster-active-size",
          "cluster-remove-delay",
          "cluster-sync-interval",
          "compact-hash-check-time",
          "compaction-batch-limit",
          "compaction-sleep-interval",
          "config",
          "corrupt-check-time",
          "cors",
          "discovery",
          "discovery-cacert",
          "discovery-cert",
          "discovery-dial-timeout",
          "discovery-endpoints",
          "discovery-fallback",
          "discovery-keepalive-time",
          "discovery-keepalive-timeout",
          "discovery-key",
          "discovery-password",
          "discovery-proxy",
          "discovery-request-timeout",
          "discovery-srv",
          "discovery-srv-name",
          "discovery-token",
          "discovery-user",
          "distributed-tracing-address",
          "distributed-tracing-instance-id",
          "distributed-tracing-sampling-rate",
          "distributed-tracing-service-name",
          "downgrade-check-time",
          "experimental-enable-v2v3",
          "feature-gates",
          "host-whitelist",
          "key-file",
          "log-output",
          "log-outputs",
          "log-package-levels",
          "log-rotation-config-json",
          "logger",
          "max-result-buffer",
          "max-retry-attempts",
          "max-snapshots",
          "max-wals",
          "peer-ca-file",
          "peer-cert-allowed-cn",
          "peer-cert-allowed-hostname",
          "peer-cert-file",
          "peer-client-cert-file",
          "peer-client-key-file",
          "peer-crl-file",
          "peer-election-timeout",
          "peer-heartbeat-interval",
          "peer-key-file",
          "peer-trusted-ca-file",
          "proxy",
          "proxy-dial-timeout",
          "proxy-failure-wait",
          "proxy-read-timeout",
          "proxy-refresh-interval",
          "proxy-write-timeout",
          "raft-read-timeout",
          "raft-write-timeout",
          "retry-interval",
          "self-signed-cert-validity",
          "snapshot",
          "snapshot-catchup-entries",
          "snapshot-count",
          "tls-max-version",
          "tls-min-version",
          "trusted-ca-file",
          "v2-deprecation",
          "wal-dir",
          "warning-apply-duration",
          "warning-unary-request-duration");

  private static final Pattern TLS =
      Pattern.compile(
          "(peer-)?(auto-tls|(client-|trusted-)?(ca|cert|crl|key)-file|client-cert-auth"
              + "|(client-)?cert-allowed-(cn|hostname))");

  /// The keys below `client-transport-security` and `peer-transport-security` of a file.
  private static final Set<String> TLS_KEYS =
      Set.of(
          "allowed-cn",
          "allowed-cns",
          "allowed-hostname",
          "allowed-hostnames",
          "auto-tls",
          "ca-file",
          "cert-file",
          "client-cert-auth",
          "client-cert-file",
          "client-crl-file",
          "client-key-file",
          "crl-file",
          "key-file",
          "skip-client-san-verification",
          "trusted-ca-file");

  private static final String EXPERIMENTAL = "experimental-";

  private EtcdFlags() {}

  /// Whether the flag stands alone: a value would have to follow an equals sign.
  static boolean isSwitch(String name) {
    return SWITCHES.contains(name)
        || (name.startsWith(EXPERIMENTAL + "enable-") && !VALUES.contains(name));
  }

  static boolean isKnown(String name) {
    return isSwitch(name) || VALUES.contains(name) || name.startsWith(EXPERIMENTAL);
  }

  /// Whether a file may have this key: a flag, or a key within one of etcd's sections.
  static boolean isKnownKey(String key) {
    int dot = key.indexOf('.');
    if (dot < 0) {
      return isKnown(key) || isSection(key);
    }
    var section = key.substring(0, dot);
    return isSection(section)
        && (section.equals("discovery-config") || TLS_KEYS.contains(key.substring(dot + 1)));
  }

  private static boolean isSection(String name) {
    return SECTIONS.contains(name);
  }

  /// All that are known, to find what was meant.
  static List<String> names() {
    return Stream.of(SWITCHES, VALUES, SECTIONS).flatMap(Set::stream).toList();
  }

  /// The keys that a section may have.
  static Set<String> keysOf(String section) {
    return section.endsWith("transport-security") ? TLS_KEYS : Set.of();
  }

  /// What the flag, or key of a file, asks for and nobody gets yet.
  static Optional<String> notOffered(String name, String value) {
    if (NOTHING.contains(value)) {
      return Optional.empty();
    }
    if (TLS.matcher(name).matches() || name.contains("transport-security.")) {
      return Optional.of("TLS");
    }
    if (name.startsWith("discovery-config.")) {
      return Optional.of(DISCOVERY);
    }
    return Optional.ofNullable(NOT_OFFERED.get(name));
  }

  /// What there is instead; a clause that follows a colon.
  static Optional<String> instead(String name) {
    return name.equals("snapshot-count")
        ? Optional.of("--snapshot-bytes says when the store is made durable")
        : Optional.empty();
  }

  /// What a flag was called while etcd had it on trial.
  static String withoutTrial(String name) {
    return name.startsWith(EXPERIMENTAL) ? name.substring(EXPERIMENTAL.length()) : name;
  }
}
