package io.quorate.server.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The nodes that a cluster begins with, as `--initial-cluster` names them (etcd-F11).
final class InitialCluster {
  private InitialCluster() {}

  /// The peer URLs of each node, by name.
  ///
  /// @param text of the flag; blank for this node alone
  /// @param name of this node
  /// @param advertised its own peer URLs
  /// @throws UsageException if that is no cluster with this node in it
  static Map<String, List<String>> parse(String text, String name, List<Endpoint> advertised) {
    var urls = advertised.stream().map(Endpoint::url).sorted().toList();
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
}
