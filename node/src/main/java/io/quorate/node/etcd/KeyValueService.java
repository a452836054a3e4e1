package io.quorate.node.etcd;

import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Call;
import io.quorate.node.Rpc;
import io.quorate.node.Unanswered;
import io.quorate.store.Command;
import io.quorate.store.Outcome;
import io.quorate.store.Request;
import io.quorate.store.Validation;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// etcd's `KV`: validates at the door, orders what writes, and reads at the level that was asked
/// for.
final class KeyValueService {
  private final ServingNode member;
  private final Quota quota;
  private final int maxRequestBytes;
  private final int maxTxnOps;
  private final ReadTimes times;

  KeyValueService(
      ServingNode member, Quota quota, int maxRequestBytes, int maxTxnOps, ReadTimes times) {
    this.member = member;
    this.quota = quota;
    this.times = times;
    this.maxRequestBytes = maxRequestBytes;
    this.maxTxnOps = maxTxnOps;
  }

  void addTo(Map<String, Rpc> rpcs) {
    rpcs.put("etcdserverpb.KV/Range", this::range);
    rpcs.put("etcdserverpb.KV/Put", this::put);
    rpcs.put("etcdserverpb.KV/DeleteRange", this::deleteRange);
    rpcs.put("etcdserverpb.KV/Txn", this::txn);
    rpcs.put("etcdserverpb.KV/Compact", this::compact);
  }

  /// The request, if the call may go on; else it is answered (etcd-8).
  private <T extends Request> @Nullable T admit(
      Rpc.Metadata metadata, Bytes bytes, ServingNode.Reader<T> reader, Rpc.Reply reply) {
    var request = member.admit(metadata, bytes, reader, reply);
    if (request == null || !quota.admits(request, reply)) {
      return null;
    }
    var invalid = Validation.check(request, maxTxnOps);
    if (invalid != null) {
      ServingNode.fail(invalid, reply);
      return null;
    }
    return request;
  }

  private void put(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    var put = admit(metadata, bytes, Request.Put::read, reply);
    if (put != null) {
      propose(Command.Type.PUT, put, bytes, reply);
    }
  }

  private void deleteRange(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    var delete = admit(metadata, bytes, Request.DeleteRange::read, reply);
    if (delete != null) {
      propose(Command.Type.DELETE_RANGE, delete, bytes, reply);
    }
  }

  private void txn(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    var txn = admit(metadata, bytes, Request.Txn::read, reply);
    if (txn == null) {
      return;
    }
    if (!txn.isReadOnly()) {
      propose(Command.Type.TXN, txn, bytes, reply);
    } else if (txn.isSerializable()) {
      member.store().read(txn, timed(reply));
    } else {
      member.afterBarrier(reply, () -> member.store().read(txn, timed(reply)));
    }
  }

  private void range(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    var range = admit(metadata, bytes, Request.Range::read, reply);
    if (range == null) {
      return;
    }
    if (range.serializable()) {
      member.store().range(range, timed(reply));
    } else {
      member.afterBarrier(reply, () -> member.store().range(range, timed(reply)));
    }
  }

  /// Answers, and notes how long that took from now on.
  private Consumer<Outcome> timed(Rpc.Reply reply) {
    long start = member.node().now();
    return outcome -> {
      times.ended(outcome, member.node().now() - start);
      member.answer(outcome, reply);
    };
  }

  private void compact(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    var compact = admit(metadata, bytes, Request.Compact::read, reply);
    if (compact == null) {
      return;
    }
    var answer = member.answering(reply);
    propose(
        Command.Type.COMPACT,
        compact,
        bytes,
        reply,
        new Call<>() {
          @Override
          public void done(Outcome outcome) {
            if (compact.physical() && outcome instanceof Outcome.Done) {
              member.store().onceCompacted(compact.revision(), () -> answer.done(outcome));
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

  private void propose(Command.Type type, Request request, Bytes bytes, Rpc.Reply reply) {
    propose(type, request, bytes, reply, member.answering(reply));
  }

  private void propose(
      Command.Type type, Request request, Bytes bytes, Rpc.Reply reply, Call<Outcome> call) {
    var command = Command.of(type, bytes).encode();
    var tooLarge = Validation.checkSize(command.length(), maxRequestBytes);
    if (tooLarge != null) {
      ServingNode.fail(tooLarge, reply);
    } else if (member.store().refusal(request) != null) {
      // An alarm, which may have been ended elsewhere.
      member.afterBarrier(
          reply,
          () -> {
            var refusal = member.store().refusal(request);
            if (refusal == null) {
              member.propose(command, call);
            } else {
              ServingNode.fail(refusal, reply);
            }
          });
    } else {
      member.propose(command, call);
    }
  }
}
