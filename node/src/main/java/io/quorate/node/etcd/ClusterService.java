package io.quorate.node.etcd;

import io.quorate.api.Member;
import io.quorate.api.MemberListRequest;
import io.quorate.api.MemberListResponse;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Members;
import io.quorate.node.Rpc;
import io.quorate.store.NodeEntry;
import java.util.Map;
import java.util.TreeMap;

/// etcd's `Cluster`, as far as members can be listed (etcd-C2, C3, C14).
final class ClusterService {
  private final ServingNode member;

  ClusterService(ServingNode member) {
    this.member = member;
  }

  void addTo(Map<String, Rpc> rpcs) {
    rpcs.put("etcdserverpb.Cluster/MemberList", this::memberList);
  }

  private void memberList(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    var request =
        member.admit(
            metadata, bytes, each -> MemberListRequest.parseFrom(each.asByteBuffer()), reply);
    if (request == null) {
      return;
    } else if (request.getLinearizable()) {
      member.afterBarrier(reply, () -> list(reply));
    } else {
      list(reply);
    }
  }

  private void list(Rpc.Reply reply) {
    var response = MemberListResponse.newBuilder().setHeader(member.header(0));
    var members = new TreeMap<Long, Member.Builder>(Long::compareUnsigned);
    // Until the directory is decided, what this node was told at its start.
    for (var known : member.node().members().nodes().values()) {
      members.put(known.id(), unstarted(known));
    }
    for (var entry : member.store().directory()) {
      members.put(entry.id(), started(entry));
    }
    var replica = member.group().replica();
    members.forEach((id, each) -> response.addMembers(each.setIsLearner(replica.isLearner(id))));
    reply.done(Bytes.of(response.build().toByteArray()));
  }

  private static Member.Builder unstarted(Members.Member known) {
    return Member.newBuilder().setID(known.id()).addAllPeerURLs(known.peerUrls());
  }

  private static Member.Builder started(NodeEntry entry) {
    return Member.newBuilder()
        .setID(entry.id())
        .setName(entry.name())
        .addAllPeerURLs(entry.peerUrls())
        .addAllClientURLs(entry.clientUrls());
  }
}
