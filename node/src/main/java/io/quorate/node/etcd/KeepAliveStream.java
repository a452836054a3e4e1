package io.quorate.node.etcd;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.api.LeaseKeepAliveRequest;
import io.quorate.api.LeaseKeepAliveResponse;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Call;
import io.quorate.node.LeaseState;
import io.quorate.node.StreamRpc;
import io.quorate.node.Unanswered;
import io.quorate.store.Failure;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One stream of keep-alives: each request gets its response, in their order; the first that cannot
/// be answered ends the stream (etcd-160, 161, 163, 164).
///
/// A client may renew all of its leases over one stream, so several renewals are under way at a
/// time.
final class KeepAliveStream implements StreamRpc.Requests {
  /// Requests that may wait for their answers.
  private static final int UNDER_WAY = 128;

  private final class Renewal implements Call<LeaseState> {
    private final long lease;

    /// Of the store before the renewal was tried (etcd-4).
    private final long revision = member.store().revision();

    private @Nullable LeaseState state;

    Renewal(long lease) {
      this.lease = lease;
    }

    @Override
    public void done(LeaseState now) {
      state = now;
      sendAnswered();
    }

    @Override
    public void unanswered(Unanswered why) {
      fail(LeaseService.statusOf(why));
    }

    Bytes response(LeaseState now) {
      var response =
          LeaseKeepAliveResponse.newBuilder()
              .setHeader(member.header(revision))
              .setID(lease)
              .setTTL(now.ttl())
              .build();
      return Bytes.of(response.toByteArray());
    }
  }

  private final ServingNode member;
  private final LeaderlessStreams leaderless;
  private final StreamRpc.Responses responses;
  private final ArrayDeque<Renewal> underWay = new ArrayDeque<>();

  /// Whether one more request may come.
  private boolean asked;

  private boolean ended;
  private boolean over;

  KeepAliveStream(ServingNode member, LeaderlessStreams leaderless, StreamRpc.Responses responses) {
    this.member = member;
    this.leaderless = leaderless;
    this.responses = responses;
    askForMore();
  }

  private void askForMore() {
    if (!asked && !ended && !over && underWay.size() < UNDER_WAY && responses.isReady()) {
      asked = true;
      responses.request();
    }
  }

  @Override
  public void request(Bytes bytes) {
    asked = false;
    long lease;
    try {
      lease = LeaseKeepAliveRequest.parseFrom(bytes.asByteBuffer()).getID();
    } catch (InvalidProtocolBufferException e) {
      fail(ServingNode.Status.of(Failure.MALFORMED_REQUEST));
      return;
    }
    var renewal = new Renewal(lease);
    underWay.addLast(renewal);
    member.group().askLessor(true, lease, renewal);
    askForMore();
  }

  private void sendAnswered() {
    while (!over && !underWay.isEmpty()) {
      var first = underWay.getFirst();
      if (first.state == null) {
        break;
      }
      underWay.removeFirst();
      responses.send(first.response(first.state));
    }
    endIfAnswered();
    askForMore();
  }

  private void endIfAnswered() {
    if (ended && !over && underWay.isEmpty()) {
      close();
      responses.done();
    }
  }

  private void fail(ServingNode.Status why) {
    if (!over) {
      close();
      responses.failed(why.code(), why.text());
    }
  }

  private void close() {
    over = true;
    underWay.clear();
    leaderless.remove(responses);
  }

  @Override
  public void ended() {
    ended = true;
    endIfAnswered();
  }

  @Override
  public void cancelled() {
    close();
  }

  @Override
  public void ready() {
    askForMore();
  }
}
