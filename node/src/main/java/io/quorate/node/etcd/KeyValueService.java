package io.quorate.node.etcd;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.node.Call;
import io.quorate.node.Rpc;
import io.quorate.node.Unanswered;
import io.quorate.store.Command;
import io.quorate.store.Failure;
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
  private final int maxRequestBytes;
  private final int maxTxnOps;
  private final ReadTimes times;

  KeyValueService(ServingNode member, int maxRequestBytes, int maxTxnOps, ReadTimes times) {
    this.member = member;
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

  private interface Reader<T> {
    T read(Bytes request) throws MalformedException;
  }

  /// The request, if the call may go on; else it is answered (etcd-8).
  private <T extends Request> @Nullable T admit(
      Rpc.Metadata metadata, Bytes bytes, Reader<T> reader, Rpc.Reply reply) {
    if (!member.hasLeader(metadata, reply)) {
      return null;
    }
    T request;
    try {
      request = reader.read(bytes);
    } catch (MalformedException e) {
      ServingNode.fail(Failure.MALFORMED_REQUEST, reply);
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
    if (admit(metadata, bytes, Request.Put::read, reply) != null) {
      propose(Command.Type.PUT, bytes, new Answer(reply));
    }
  }

  private void deleteRange(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    if (admit(metadata, bytes, Request.DeleteRange::read, reply) != null) {
      propose(Command.Type.DELETE_RANGE, bytes, new Answer(reply));
    }
  }

  private void txn(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    var txn = admit(metadata, bytes, Request.Txn::read, reply);
    if (txn == null) {
      return;
    }
    if (!txn.isReadOnly()) {
      propose(Command.Type.TXN, bytes, new Answer(reply));
    } else if (txn.isSerializable()) {
      member.store().read(txn, timed(reply));
    } else {
      afterBarrier(reply, () -> member.store().read(txn, timed(reply)));
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
      afterBarrier(reply, () -> member.store().range(range, timed(reply)));
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
    propose(
        Command.Type.COMPACT,
        bytes,
        new Answer(reply) {
          @Override
          public void done(Outcome outcome) {
            if (compact.physical() && outcome instanceof Outcome.Done) {
              member.store().onceCompacted(compact.revision(), () -> super.done(outcome));
            } else {
              super.done(outcome);
            }
          }
        });
  }

  private void propose(Command.Type type, Bytes bytes, Answer answer) {
    var command = Command.of(type, bytes).encode();
    var tooLarge = Validation.checkSize(command.length(), maxRequestBytes);
    if (tooLarge != null) {
      ServingNode.fail(tooLarge, answer.reply);
    } else {
      member.group().propose(command, answer);
    }
  }

  private void afterBarrier(Rpc.Reply reply, Runnable read) {
    member
        .group()
        .barrier(
            new Call<>() {
              @Override
              public void done(Long index) {
                read.run();
              }

              @Override
              public void unanswered(Unanswered why) {
                ServingNode.unanswered(why, reply);
              }
            });
  }

  private class Answer implements Call<Outcome> {
    final Rpc.Reply reply;

    Answer(Rpc.Reply reply) {
      this.reply = reply;
    }

    @Override
    public void done(Outcome outcome) {
      member.answer(outcome, reply);
    }

    @Override
    public void unanswered(Unanswered why) {
      ServingNode.unanswered(why, reply);
    }
  }
}
