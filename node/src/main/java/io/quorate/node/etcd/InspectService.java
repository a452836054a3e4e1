package io.quorate.node.etcd;

import io.quorate.api.quorate.InspectStatusResponse;
import io.quorate.api.quorate.PeerStatus;
import io.quorate.api.quorate.ReplicaStatus;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import java.util.Map;

/// What Quorate tells beyond etcd's API: each node as it sees itself, in its protocol's own words.
final class InspectService {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final ServingNode member;
  private final String version;

  InspectService(ServingNode member, String version) {
    this.member = member;
    this.version = version;
  }

  void addTo(Map<String, Rpc> rpcs) {
    rpcs.put("quorate.v1.Inspect/Status", this::status);
  }

  private void status(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    var node = member.node();
    var self = node.members().nodes().get(node.id());
    var response =
        InspectStatusResponse.newBuilder()
            .setVersion(version)
            .setClusterId(node.members().cluster())
            .setNodeId(node.id())
            .setName(self == null ? "" : self.name())
            .setIncarnation(node.incarnation())
            .addReplicas(replica())
            .addAllRefusals(node.refusedBy().values());
    reply.done(Bytes.of(response.build().toByteArray()));
  }

  private ReplicaStatus replica() {
    var replica = member.group().replica();
    var leadership = member.group().leadership();
    var store = member.store();
    var status = replica.status();
    var era = replica.eraOrNull();
    var leader = leadership.leader();
    var told =
        ReplicaStatus.newBuilder()
            .setGroup("default")
            .setProtocol(era == null ? "" : era.agreement())
            .setRole(status == null ? "waiting" : status.role())
            .setPhase(status == null ? "" : status.phase())
            .setLeaderNodeId(leader == null ? 0 : leader.node())
            .setTerm(leadership.term())
            .setDecided(replica.decided())
            .setApplied(replica.applied())
            .setLast(status == null ? 0 : status.last())
            .setRevision(store.revision())
            .setCompactRevision(store.compacted())
            .setSizeOnDisk(store.bytesOnDisk())
            .setSizeInUse(store.bytesInUse());
    if (status != null) {
      for (var peer : status.peers()) {
        told.addPeers(
            PeerStatus.newBuilder()
                .setNodeId(peer.id().node())
                .setState(peer.state())
                .setMatched(peer.matched())
                .setSilenceMillis(peer.silence() / NANOS_PER_MILLI));
      }
    }
    return told.build();
  }
}
