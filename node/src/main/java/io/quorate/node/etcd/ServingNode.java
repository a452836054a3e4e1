package io.quorate.node.etcd;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.api.ResponseHeader;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.node.Call;
import io.quorate.node.Group;
import io.quorate.node.Node;
import io.quorate.node.Rpc;
import io.quorate.node.Unanswered;
import io.quorate.store.Code;
import io.quorate.store.Failure;
import io.quorate.store.KvStore;
import io.quorate.store.Outcome;
import org.jspecify.annotations.Nullable;

/// The node as the member of a cluster that answers a call: whose name stands in headers, and in
/// whose words calls fail.
final class ServingNode {
  private static final int CLUSTER_ID_TAG = 1 << 3;
  private static final int MEMBER_ID_TAG = 2 << 3;
  private static final int REVISION_TAG = 3 << 3;
  private static final int TERM_TAG = 4 << 3;
  private static final int HEADER_TAG = 1 << 3 | 2;

  /// Entries.
  private static final long MAX_UNAPPLIED = 5_000;

  private final Node<Outcome> node;
  private final KvStore store;

  ServingNode(Node<Outcome> node, KvStore store) {
    this.node = node;
    this.store = store;
  }

  Node<Outcome> node() {
    return node;
  }

  Group<Outcome> group() {
    return node.group();
  }

  KvStore store() {
    return store;
  }

  /// An encoded response: a header as of now, and the rest.
  Bytes response(long revision, Bytes body) {
    var header = new WireWriter(48);
    field(header, CLUSTER_ID_TAG, node.members().cluster());
    field(header, MEMBER_ID_TAG, node.id());
    field(header, REVISION_TAG, revision);
    field(header, TERM_TAG, group().leadership().term());
    var out = new WireWriter(header.length() + 2 + body.length());
    out.u8(HEADER_TAG);
    out.varint(header.length());
    out.raw(header.array(), 0, header.length());
    out.raw(body);
    return Bytes.of(out.array(), 0, out.length());
  }

  private static void field(WireWriter out, int tag, long value) {
    if (value != 0) {
      out.u8(tag);
      out.varint(value);
    }
  }

  /// A header for responses that are built from generated classes.
  ///
  /// @param revision 0: none
  ResponseHeader header(long revision) {
    return ResponseHeader.newBuilder()
        .setClusterId(node.members().cluster())
        .setMemberId(node.id())
        .setRevision(revision)
        .setRaftTerm(group().leadership().term())
        .build();
  }

  /// Whether a leader is known, or the call does not mind; if not, the call is answered.
  boolean hasLeader(Rpc.Metadata metadata, Rpc.Reply reply) {
    if (metadata.requiresLeader() && group().leadership().leader() == null) {
      Status.NO_LEADER.answer(reply);
      return false;
    }
    return true;
  }

  /// Makes a request of bytes.
  interface Reader<T> {
    T read(Bytes request) throws MalformedException, InvalidProtocolBufferException;
  }

  /// The request, if a leader is known or the call does not mind, and it is one; else the call is
  /// answered.
  <T> @Nullable T admit(Rpc.Metadata metadata, Bytes request, Reader<T> reader, Rpc.Reply reply) {
    if (!hasLeader(metadata, reply)) {
      return null;
    }
    try {
      return reader.read(request);
    } catch (MalformedException | InvalidProtocolBufferException e) {
      fail(Failure.MALFORMED_REQUEST, reply);
      return null;
    }
  }

  void answer(Outcome outcome, Rpc.Reply reply) {
    switch (outcome) {
      case Outcome.Done(long revision, Bytes body) -> reply.done(response(revision, body));
      case Outcome.Failed(var why) -> fail(why, reply);
    }
  }

  /// Has a client's command ordered and applied, unless so much is decided and not applied that it
  /// would wait for long (etcd-14).
  void propose(Bytes command, Call<Outcome> call) {
    var replica = group().replica();
    if (replica.decided() - replica.applied() > MAX_UNAPPLIED) {
      call.unanswered(Unanswered.TOO_MANY_REQUESTS);
    } else {
      group().propose(command, call);
    }
  }

  /// Answers a call with what a command comes to.
  Call<Outcome> answering(Rpc.Reply reply) {
    return new Call<>() {
      @Override
      public void done(Outcome outcome) {
        answer(outcome, reply);
      }

      @Override
      public void unanswered(Unanswered why) {
        ServingNode.unanswered(why, reply);
      }
    };
  }

  /// Goes on once everything that was completed before now has taken effect here; if that cannot be
  /// found out, the call is answered.
  void afterBarrier(Rpc.Reply reply, Runnable then) {
    group()
        .barrier(
            new Call<>() {
              @Override
              public void done(Long index) {
                then.run();
              }

              @Override
              public void unanswered(Unanswered why) {
                ServingNode.unanswered(why, reply);
              }
            });
  }

  static void fail(Failure why, Rpc.Reply reply) {
    Status.of(why).answer(reply);
  }

  static void unanswered(Unanswered why, Rpc.Reply reply) {
    Status.of(why).answer(reply);
  }

  /// Why a call failed.
  ///
  /// @param code gRPC's number
  /// @param text what clients match on, to the letter
  record Status(int code, String text) {
    static final Status NO_LEADER = unavailable("no leader");
    static final Status STOPPED = unavailable("server stopped");

    private static Status unavailable(String text) {
      return new Status(Code.UNAVAILABLE.number(), "etcdserver: " + text);
    }

    static Status of(Failure why) {
      return new Status(why.code().number(), why.text());
    }

    /// What to say of a call that got no result (etcd-14, 16, 17).
    static Status of(Unanswered why) {
      return switch (why) {
        case TOO_MANY_REQUESTS -> of(Failure.TOO_MANY_REQUESTS);
        case NO_LEADER_IN_TIME ->
            new Status(Code.DEADLINE_EXCEEDED.number(), "context deadline exceeded");
        case UNKNOWN -> unavailable("request timed out");
        case UNKNOWN_LEADER_CHANGED ->
            unavailable("request timed out, possibly due to previous leader failure");
        case UNKNOWN_DISCONNECTED ->
            unavailable("request timed out, possibly due to connection lost");
        case STOPPED -> STOPPED;
      };
    }

    void answer(Rpc.Reply reply) {
      reply.failed(code, text);
    }
  }
}
