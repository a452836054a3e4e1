package io.quorate.client;

import io.quorate.api.quorate.InspectStatusResponse;
import java.util.List;

/// A node as it sees itself.
///
/// @param version of Quorate
/// @param incarnation the node's life: one more at each start
/// @param refusals why other nodes refuse this one
public record NodeStatus(
    String version,
    String name,
    long clusterId,
    long nodeId,
    long incarnation,
    List<Replica> replicas,
    List<String> refusals) {

  /// The node's part in one group.
  ///
  /// @param role in the protocol's own words
  /// @param leaderNodeId 0 if no leader is known
  /// @param decided how far all is decided, as known here
  /// @param applied how far all has taken effect here
  public record Replica(
      String group,
      String protocol,
      String role,
      String phase,
      long leaderNodeId,
      long term,
      long decided,
      long applied,
      long revision,
      long sizeOnDisk) {}

  static NodeStatus of(InspectStatusResponse response) {
    var replicas =
        response.getReplicasList().stream()
            .map(replica ->
                new Replica(
                    replica.getGroup(),
                    replica.getProtocol(),
                    replica.getRole(),
                    replica.getPhase(),
                    replica.getLeaderNodeId(),
                    replica.getTerm(),
                    replica.getDecided(),
                    replica.getApplied(),
                    replica.getRevision(),
                    replica.getSizeOnDisk()))
            .toList();
    return new NodeStatus(
        response.getVersion(),
        response.getName(),
        response.getClusterId(),
        response.getNodeId(),
        response.getIncarnation(),
        replicas,
        List.copyOf(response.getRefusalsList()));
  }
}
