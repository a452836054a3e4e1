package io.quorate.node;

import java.util.Map;
import java.util.TreeMap;

/// The calls that a node offers, by full method name such as `etcdserverpb.KV/Put`.
///
/// @param unary one request, one answer
/// @param streams of which either side may be many
public record Rpcs(Map<String, Rpc> unary, Map<String, StreamRpc> streams) {
  /// None yet.
  public Rpcs() {
    this(new TreeMap<>(), new TreeMap<>());
  }

  public boolean offers(String method) {
    return unary.containsKey(method) || streams.containsKey(method);
  }
}
