package io.quorate.server.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A call of one request and one answer.
final class UnaryCall extends ServerCall.Listener<Bytes> implements Rpc.Reply {
  private static final String TOO_MUCH_UNREAD =
      "quorate: too many large answers wait for their clients to read them; if this request wrote"
          + " something, that took effect";

  private final ServerCall<Bytes, Bytes> call;
  private final RpcCounters.Method counter;
  private final Unread unread;
  private final BiConsumer<Bytes, Rpc.Reply> rpc;
  private final long start = System.nanoTime();

  private @Nullable Bytes request;
  private boolean over;
  private int unreadBytes;

  /// @param rpc is given the request once it is there, and answers here
  UnaryCall(
      ServerCall<Bytes, Bytes> call,
      RpcCounters.Method counter,
      Unread unread,
      BiConsumer<Bytes, Rpc.Reply> rpc) {
    this.call = call;
    this.counter = counter;
    this.unread = unread;
    this.rpc = rpc;
  }

  @Override
  public void onMessage(Bytes message) {
    request = message;
    counter.received(message.length());
  }

  @Override
  public void onHalfClose() {
    var message = request;
    if (message == null) {
      close(Status.INVALID_ARGUMENT.withDescription("a call without a request"));
      return;
    }
    request = null;
    rpc.accept(message, this);
  }

  @Override
  public void onComplete() {
    taken();
  }

  private void taken() {
    unread.remove(unreadBytes);
    unreadBytes = 0;
  }

  @Override
  public void onCancel() {
    taken();
    if (!over) {
      over = true;
      counter.handled(Status.Code.CANCELLED, System.nanoTime() - start);
    }
  }

  @Override
  public void done(Bytes response) {
    if (over) {
      return;
    }
    if (!unread.add(response.length())) {
      close(Status.RESOURCE_EXHAUSTED.withDescription(TOO_MUCH_UNREAD));
      return;
    }
    unreadBytes = response.length();
    call.sendHeaders(new Metadata());
    call.sendMessage(response);
    counter.sent(response.length());
    close(Status.OK);
  }

  @Override
  public void failed(int code, String text) {
    if (!over) {
      close(Status.fromCodeValue(code).withDescription(text));
    }
  }

  private void close(Status status) {
    over = true;
    counter.handled(status.getCode(), System.nanoTime() - start);
    call.close(status, new Metadata());
  }
}
