package io.quorate.node.etcd;

import io.quorate.api.LeaseLeasesResponse;
import io.quorate.api.LeaseStatus;
import io.quorate.api.LeaseTimeToLiveRequest;
import io.quorate.api.LeaseTimeToLiveResponse;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.node.Call;
import io.quorate.node.LeaseState;
import io.quorate.node.Rpc;
import io.quorate.node.Rpcs;
import io.quorate.node.StreamRpc;
import io.quorate.node.Unanswered;
import io.quorate.node.lease.Lessor;
import io.quorate.store.Command;
import io.quorate.store.Failure;
import io.quorate.store.Outcome;
import io.quorate.store.Request;

/// etcd's `Lease`: grants and revokes through the log, asks the lessor for what time has to do with
/// (etcd-153 to 168).
final class LeaseService {
  private static final long NANOS = 1_000_000_000;

  private final ServingNode member;
  private final Quota quota;
  private final Lessor lessor;
  private final LeaderlessStreams leaderless;

  LeaseService(ServingNode member, Quota quota, Lessor lessor, LeaderlessStreams leaderless) {
    this.member = member;
    this.quota = quota;
    this.lessor = lessor;
    this.leaderless = leaderless;
  }

  void addTo(Rpcs rpcs) {
    rpcs.unary().put("etcdserverpb.Lease/LeaseGrant", this::grant);
    rpcs.unary().put("etcdserverpb.Lease/LeaseRevoke", this::revoke);
    rpcs.unary().put("etcdserverpb.Lease/LeaseTimeToLive", this::timeToLive);
    rpcs.unary().put("etcdserverpb.Lease/LeaseLeases", this::leases);
    rpcs.streams().put("etcdserverpb.Lease/LeaseKeepAlive", this::keepAlive);
  }

  private void grant(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    var asked = member.admit(metadata, bytes, Request.LeaseGrant::read, reply);
    if (asked == null || !quota.admits(asked, reply)) {
      return;
    }
    if (asked.ttl() > Request.LeaseGrant.MAX_TTL) {
      ServingNode.fail(Failure.LEASE_TTL_TOO_LARGE, reply);
    } else {
      grant(Math.max(asked.ttl(), lessor.minTtl()), asked.id(), reply);
    }
  }

  /// @param id 0: the node picks one
  private void grant(long ttl, long id, Rpc.Reply reply) {
    long granted = id == 0 ? pick() : id;
    var command =
        Command.of(Command.Type.LEASE_GRANT, new Request.LeaseGrant(ttl, granted).encode());
    var answer = member.answering(reply);
    member.propose(
        command.encode(),
        new Call<>() {
          @Override
          public void done(Outcome outcome) {
            if (id == 0
                && outcome instanceof Outcome.Failed(var why)
                && why == Failure.LEASE_EXISTS) {
              grant(ttl, 0, reply);
            } else {
              answer.done(outcome);
            }
          }

          @Override
          public void unanswered(Unanswered why) {
            answer.unanswered(why);
          }
        });
  }

  private long pick() {
    return 1 + (member.node().random().nextLong() >>> 1) % Long.MAX_VALUE;
  }

  private void revoke(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    if (member.hasLeader(metadata, reply)) {
      member.propose(
          Command.of(Command.Type.LEASE_REVOKE, bytes).encode(), member.answering(reply));
    }
  }

  // Time to live

  private void timeToLive(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    var request =
        member.admit(
            metadata, bytes, each -> LeaseTimeToLiveRequest.parseFrom(each.asByteBuffer()), reply);
    if (request == null) {
      return;
    } else if (request.getKeys()) {
      withKeys(request.getID(), reply);
    } else {
      timeToLive(request.getID(), Bytes.EMPTY, reply);
    }
  }

  /// The keys first: whatever lease lives afterwards lived when they were read.
  private void withKeys(long lease, Rpc.Reply reply) {
    member
        .group()
        .barrier(
            new Call<>() {
              @Override
              public void done(Long index) {
                member
                    .store()
                    .leaseKeys(
                        lease,
                        outcome -> {
                          switch (outcome) {
                            case Outcome.Done(long _, Bytes keys) -> timeToLive(lease, keys, reply);
                            case Outcome.Failed(var why) -> ServingNode.fail(why, reply);
                          }
                        });
              }

              @Override
              public void unanswered(Unanswered why) {
                statusOf(why).answer(reply);
              }
            });
  }

  /// @param keys the end of the response
  private void timeToLive(long lease, Bytes keys, Rpc.Reply reply) {
    member
        .group()
        .askLessor(
            false,
            lease,
            new Call<>() {
              @Override
              public void done(LeaseState state) {
                var response =
                    LeaseTimeToLiveResponse.newBuilder()
                        .setHeader(member.header(member.store().revision()))
                        .setID(lease)
                        .setTTL(state.isGone() ? -1 : Math.floorDiv(state.remaining(), NANOS))
                        .setGrantedTTL(state.ttl())
                        .build();
                reply.done(joined(response.toByteArray(), state.isGone() ? Bytes.EMPTY : keys));
              }

              @Override
              public void unanswered(Unanswered why) {
                statusOf(why).answer(reply);
              }
            });
  }

  private static Bytes joined(byte[] beginning, Bytes end) {
    var out = new WireWriter(beginning.length + end.length());
    out.raw(beginning, 0, beginning.length);
    out.raw(end);
    return Bytes.of(out.array());
  }

  /// What to say of a question to the lessor that got no answer (etcd-163, 167).
  static ServingNode.Status statusOf(Unanswered why) {
    return why == Unanswered.NO_LEADER_IN_TIME
        ? ServingNode.Status.NO_LEADER
        : ServingNode.Status.of(why);
  }

  private StreamRpc.Requests keepAlive(Rpc.Metadata metadata, StreamRpc.Responses responses) {
    return leaderless.open(
        metadata, responses, () -> new KeepAliveStream(member, leaderless, responses));
  }

  // All leases

  private void leases(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    if (!member.hasLeader(metadata, reply)) {
      return;
    }
    var response =
        LeaseLeasesResponse.newBuilder().setHeader(member.header(member.store().revision()));
    lessor.leases().forEach(id -> response.addLeases(LeaseStatus.newBuilder().setID(id)));
    reply.done(Bytes.of(response.build().toByteArray()));
  }
}
