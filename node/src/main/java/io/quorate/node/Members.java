package io.quorate.node;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.WireWriter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The nodes that a cluster begins with, and the ids that follow from their names on the network.
///
/// A node's id is the first 64 bits of SHA-256 over the cluster token and that node's own sorted
/// peer URLs; the cluster's id is the same over the token and all node ids, sorted. So every node
/// that is given the same `--initial-cluster` finds the same ids by itself.
///
/// @param cluster the cluster's id
/// @param nodes by id, in unsigned order
public record Members(long cluster, Map<Long, Member> nodes) {
  /// @param peerUrls where other nodes reach it
  public record Member(long id, String name, List<String> peerUrls) {}

  /// @param peerUrls the peer URLs of each node, by its name
  public static Members of(String token, Map<String, List<String>> peerUrls) {
    var nodes = new TreeMap<Long, Member>(Long::compareUnsigned);
    peerUrls.forEach((name, urls) -> {
      var sorted = urls.stream().sorted().toList();
      long id = digest(token, sorted);
      if (nodes.put(id, new Member(id, name, sorted)) != null) {
        throw new IllegalArgumentException("two nodes have the peer URLs " + sorted);
      }
    });
    var ids = new ArrayList<String>();
    nodes.keySet().forEach(id -> ids.add(Long.toHexString(id)));
    return new Members(digest(token, ids), nodes);
  }

  private static long digest(String token, Collection<String> parts) {
    var out = new WireWriter();
    out.string(token);
    parts.forEach(out::string);
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(out.toBytes().toArray());
      long id = new io.quorate.consensus.wire.WireReader(Bytes.of(hash)).u64();
      return id == 0 ? 1 : id; // 0 means "none" wherever ids are shown
    } catch (NoSuchAlgorithmException | io.quorate.consensus.wire.MalformedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The node of a name.
  ///
  /// @throws IllegalArgumentException if there is none
  public Member named(String name) {
    for (var node : nodes.values()) {
      if (node.name().equals(name)) {
        return node;
      }
    }
    throw new IllegalArgumentException(
        "couldn't find local name \"%s\" in the initial cluster configuration".formatted(name));
  }

  public boolean contains(long node) {
    return nodes.containsKey(node);
  }

  /// The others, as seen from a node.
  public List<Member> others(long node) {
    return nodes.values().stream().filter(member -> member.id() != node).toList();
  }
}
