package io.quorate.node.etcd;

import io.quorate.api.DowngradeInfo;
import io.quorate.api.HashKVRequest;
import io.quorate.api.MoveLeaderRequest;
import io.quorate.api.MoveLeaderResponse;
import io.quorate.api.StatusResponse;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import io.quorate.store.Code;
import io.quorate.store.HashOutcome;
import io.quorate.store.StoreHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Of etcd's `Maintenance`: status, hashes, defragmentation, moving the leader (etcd-M1, M10 to
/// M12, M17).
final class MaintenanceService {
  private record Move(ReplicaId to, Rpc.Reply reply) {
    void succeeded() {
      moved(reply);
    }

    void failed() {
      reply.failed(
          Code.UNKNOWN.number(), "etcdserver: request timed out, leader transfer took too long");
    }
  }

  private final ServingNode member;
  private final ReadTimes times;
  private final long quotaBytes;
  private final List<Move> moves = new ArrayList<>();

  /// @param quotaBytes negative: none
  MaintenanceService(ServingNode member, ReadTimes times, long quotaBytes) {
    this.member = member;
    this.times = times;
    this.quotaBytes = quotaBytes;
    member.group().onLeadership(this::leadershipChanged);
  }

  void addTo(Map<String, Rpc> rpcs) {
    rpcs.put("etcdserverpb.Maintenance/Status", this::status);
    rpcs.put("etcdserverpb.Maintenance/HashKV", this::hashKv);
    rpcs.put("etcdserverpb.Maintenance/Hash", this::hash);
    rpcs.put("etcdserverpb.Maintenance/Defragment", this::defragment);
    rpcs.put("etcdserverpb.Maintenance/Downgrade", Downgrade::call);
    rpcs.put("etcdserverpb.Maintenance/MoveLeader", this::moveLeader);
  }

  private void status(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    if (!member.hasLeader(metadata, reply)) {
      return;
    }
    var replica = member.group().replica();
    var leadership = member.group().leadership();
    var store = member.store();
    var leader = leadership.leader();
    var response =
        StatusResponse.newBuilder()
            .setHeader(member.header(store.revision()))
            .setVersion(EtcdServices.API_VERSION)
            .setStorageVersion(EtcdServices.API_VERSION)
            // A tool of etcd's divides by it (etcd-M3).
            .setDbSize(Math.max(1, store.bytesOnDisk()))
            .setDbSizeInUse(store.bytesInUse())
            .setDbSizeQuota(quotaBytes)
            .setRaftIndex(replica.decided())
            .setRaftAppliedIndex(replica.applied())
            .setRaftTerm(leadership.term())
            .setIsLearner(replica.isLearner(member.node().id()))
            .setDowngradeInfo(DowngradeInfo.getDefaultInstance());
    if (leader == null) {
      response.addErrors(ServingNode.Status.NO_LEADER.text());
    } else {
      response.setLeader(leader.node());
    }
    for (var alarm : store.alarms()) {
      response.addErrors(
          "memberID:%s alarm:%s ".formatted(Long.toUnsignedString(alarm.node()), alarm.name()));
    }
    reply.done(Bytes.of(response.build().toByteArray()));
  }

  private void hashKv(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    var request =
        member.admit(metadata, bytes, each -> HashKVRequest.parseFrom(each.asByteBuffer()), reply);
    if (request == null) {
      return;
    }
    long start = member.node().now();
    member
        .store()
        .hash(
            request.getRevision(),
            outcome -> {
              times.ended(outcome, member.node().now() - start);
              switch (outcome) {
                case StoreHash hash -> reply.done(member.response(hash.newest(), hash.body()));
                case HashOutcome.Failed(var why) -> ServingNode.fail(why, reply);
              }
            });
  }

  private void hash(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    if (member.hasLeader(metadata, reply)) {
      member.store().hashAll(outcome -> member.answer(outcome, reply));
    }
  }

  /// Nothing waits for it: storage goes on serving meanwhile (etcd-M10).
  private void defragment(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    if (member.hasLeader(metadata, reply)) {
      member.node().log("defragments: storage gives back the room of what was removed");
      member.store().defragment();
      reply.done(Bytes.EMPTY);
    }
  }

  private void moveLeader(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    var request =
        member.admit(
            metadata, bytes, each -> MoveLeaderRequest.parseFrom(each.asByteBuffer()), reply);
    if (request == null) {
      return;
    }
    var group = member.group();
    var to = voter(request.getTargetID());
    if (!group.leadership().isLedBy(group.replica().id())) {
      reply.failed(Code.FAILED_PRECONDITION.number(), "etcdserver: not leader");
    } else if (to == null) {
      reply.failed(Code.FAILED_PRECONDITION.number(), "etcdserver: bad leader transferee");
    } else if (to.equals(group.replica().id())) {
      moved(reply);
    } else {
      await(new Move(to, reply));
      group.transfer(to);
    }
  }

  /// A leader gives up after an election timeout if the target does not take over, and says nothing
  /// of it; a target that did at the last moment is heard of within another one.
  private void await(Move move) {
    moves.add(move);
    member
        .node()
        .after(
            2 * member.node().timing().election(),
            () -> {
              if (moves.remove(move)) {
                move.failed();
              }
            });
  }

  private @Nullable ReplicaId voter(long node) {
    for (var voter : member.group().replica().voters()) {
      if (voter.node() == node) {
        return voter;
      }
    }
    return null;
  }

  /// A move is over when anybody begins to lead: the target, or another.
  private void leadershipChanged(Leadership now) {
    if (now.leader() == null) {
      return;
    }
    var over = List.copyOf(moves);
    moves.clear();
    for (var move : over) {
      if (now.isLedBy(move.to)) {
        move.succeeded();
      } else {
        move.failed();
      }
    }
  }

  private static void moved(Rpc.Reply reply) {
    reply.done(Bytes.of(MoveLeaderResponse.getDefaultInstance().toByteArray()));
  }
}
