package io.quorate.server.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads flags as etcd reads them: `--name value`, `--name=value`, `-name value`, and the
/// environment (`QUORATE_NAME`, else `ETCD_NAME`; etcd-F1).
///
/// A flag of etcd's that means nothing here is taken with a warning, so that command lines and
/// manifests written for etcd start; what neither knows is refused.
final class Flags {
  /// A flag that this server knows.
  ///
  /// @param value what stands for its value in the help
  record Flag(String name, String value, String fallback, String help) {}

  private static final String ETCD = "ETCD_";

  private static final Set<String> ETCD_SWITCHES =
      Set.of(
          "auto-tls",
          "client-cert-auth",
          "debug",
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

  private static final Set<String> ETCD_VALUES =
      Set.of(
          "auth-token",
          "auth-token-ttl",
          "auto-compaction-mode",
          "auto-compaction-retention",
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
          "config-file",
          "corrupt-check-time",
          "cors",
          "discovery",
          "discovery-endpoints",
          "discovery-fallback",
          "discovery-proxy",
          "discovery-srv",
          "discovery-srv-name",
          "discovery-token",
          "distributed-tracing-address",
          "distributed-tracing-instance-id",
          "distributed-tracing-sampling-rate",
          "distributed-tracing-service-name",
          "downgrade-check-time",
          "experimental-enable-v2v3",
          "feature-gates",
          "grpc-keepalive-interval",
          "grpc-keepalive-min-time",
          "grpc-keepalive-timeout",
          "host-whitelist",
          "key-file",
          "listen-client-http-urls",
          "listen-metrics-urls",
          "log-output",
          "log-outputs",
          "log-package-levels",
          "log-rotation-config-json",
          "logger",
          "max-concurrent-streams",
          "max-learners",
          "max-result-buffer",
          "max-retry-attempts",
          "max-snapshots",
          "max-wals",
          "metrics",
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
          "quota-backend-bytes",
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
          "warning-unary-request-duration",
          "watch-progress-notify-interval");

  private final Map<String, Flag> known = new LinkedHashMap<>();
  private final Map<String, String> given = new TreeMap<>();
  private final List<String> warnings = new ArrayList<>();

  Flags(List<Flag> flags) {
    flags.forEach(flag -> known.put(flag.name, flag));
  }

  /// What was taken but means nothing here, a sentence each.
  List<String> warnings() {
    return warnings;
  }

  void read(List<String> arguments, Map<String, String> environment) {
    for (int i = 0; i < arguments.size(); i++) {
      i += readOne(arguments, i);
    }
    known.values().forEach(flag -> fromEnvironment(flag, environment));
    new TreeMap<>(environment).forEach(this::warnOfVariable);
  }

  /// @return how many further arguments belong to it
  private int readOne(List<String> arguments, int at) {
    var argument = arguments.get(at);
    if (!argument.matches("(?s)--?[^-=].*")) {
      throw new UsageException(
          "\"%s\" is not a valid flag: flags are written --name value or --name=value"
              .formatted(argument));
    }
    var text = argument.substring(argument.startsWith("--") ? 2 : 1);
    int equals = text.indexOf('=');
    var name = equals < 0 ? text : text.substring(0, equals);
    var flag = known.get(name);
    boolean isSwitch = isEtcdSwitch(name);
    if (flag == null && !isSwitch && !isEtcdValue(name)) {
      throw new UsageException(
          "flag provided but not defined: -%s; see ./quorate server --help".formatted(name));
    }
    String value;
    int further = 0;
    if (equals >= 0) {
      value = text.substring(equals + 1);
    } else if (isSwitch) {
      value = "true";
    } else if (at + 1 < arguments.size()) {
      value = arguments.get(at + 1);
      further = 1;
    } else {
      throw new UsageException(
          "flag needs an argument: --%s %s".formatted(name, flag == null ? "VALUE" : flag.value));
    }
    if (flag != null) {
      given.put(name, value);
    } else {
      warnings.add("--%s is a flag of etcd's that has no effect here".formatted(name));
    }
    return further;
  }

  private static boolean isEtcdSwitch(String name) {
    return ETCD_SWITCHES.contains(name)
        || (name.startsWith("experimental-enable-") && !ETCD_VALUES.contains(name));
  }

  private static boolean isEtcdValue(String name) {
    return ETCD_VALUES.contains(name) || name.startsWith("experimental-");
  }

  private void fromEnvironment(Flag flag, Map<String, String> environment) {
    var suffix = flag.name.toUpperCase(Locale.ROOT).replace('-', '_');
    for (var variable : List.of("QUORATE_" + suffix, ETCD + suffix)) {
      var value = environment.get(variable);
      if (value == null || value.isEmpty()) {
        continue;
      }
      if (given.containsKey(flag.name)) {
        throw new UsageException(
            "--%s is given and %s is set too: remove one of them".formatted(flag.name, variable));
      }
      given.put(flag.name, value);
      return;
    }
  }

  private void warnOfVariable(String variable, String value) {
    var name =
        variable.startsWith(ETCD)
            ? variable.substring(ETCD.length()).toLowerCase(Locale.ROOT).replace('_', '-')
            : "";
    if (!value.isEmpty() && (isEtcdSwitch(name) || isEtcdValue(name))) {
      warnings.add("%s is a variable of etcd's that has no effect here".formatted(variable));
    }
  }

  boolean isGiven(String name) {
    return given.containsKey(name);
  }

  String text(String name) {
    var value = given.get(name);
    return value == null ? flag(name).fallback : value;
  }

  private Flag flag(String name) {
    var flag = known.get(name);
    if (flag == null) {
      throw new IllegalArgumentException("no flag is called " + name);
    }
    return flag;
  }

  /// A whole number within bounds.
  long number(String name, long least, long most) {
    var text = text(name);
    Long value = parse(text);
    if (value == null || value < least || value > most) {
      throw new UsageException(
          "--%s needs a whole number from %d to %d, not \"%s\"".formatted(name, least, most, text));
    }
    return value;
  }

  private static @Nullable Long parse(String text) {
    try {
      return Long.valueOf(text.strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  String oneOf(String name, List<String> choices) {
    var text = text(name);
    if (!choices.contains(text)) {
      throw new UsageException(
          "--%s is one of %s, not \"%s\"".formatted(name, String.join(", ", choices), text));
    }
    return text;
  }

  /// All known flags, one or two lines each.
  static String help(List<Flag> flags) {
    var text = new StringBuilder();
    for (var flag : flags) {
      text.append("  --%s %s%n".formatted(flag.name, flag.value));
      text.append("        %s".formatted(flag.help));
      if (!flag.fallback.isEmpty()) {
        text.append(" (default %s)".formatted(flag.fallback));
      }
      text.append(System.lineSeparator());
    }
    return text.toString();
  }
}
