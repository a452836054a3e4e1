package io.quorate.server.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import io.quorate.node.StreamRpc;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A call whose requests or responses are streams.
final class StreamCall extends ServerCall.Listener<Bytes>
    implements StreamRpc.Responses, Unread.Waiter {
  private final ServerCall<Bytes, Bytes> call;
  private final RpcCounters.Method counter;
  private final Executor node;
  private final OpenCalls open;
  private final Unread unread;
  private final long start = System.nanoTime();

  private StreamRpc.@Nullable Requests requests;
  private boolean over;

  /// What was sent since the client has not kept up.
  private long unreadBytes;

  /// @param node takes events in, within the call; it may refuse to
  StreamCall(
      ServerCall<Bytes, Bytes> call,
      RpcCounters.Method counter,
      Executor node,
      OpenCalls open,
      Unread unread) {
    this.call = call;
    this.counter = counter;
    this.node = node;
    this.open = open;
    this.unread = unread;
  }

  StreamCall open(StreamRpc rpc, Rpc.Metadata metadata) {
    call.setOnReadyThreshold(unread.perStream(open.streams()));
    // A client may wait for them before it sends anything.
    call.sendHeaders(new Metadata());
    if (!open.refuses(this::failed)) {
      open.opened(this);
      node.execute(() -> requests = rpc.open(metadata, this));
    }
    return this;
  }

  private void tell(Consumer<StreamRpc.Requests> event) {
    var told = requests;
    if (!over && told != null) {
      node.execute(() -> event.accept(told));
    }
  }

  @Override
  public void onMessage(Bytes message) {
    counter.received(message.length());
    tell(to -> to.request(message));
  }

  @Override
  public void onHalfClose() {
    tell(StreamRpc.Requests::ended);
  }

  @Override
  public void onCancel() {
    if (!over) {
      tell(StreamRpc.Requests::cancelled);
      over(Status.Code.CANCELLED);
    }
  }

  @Override
  public void onReady() {
    taken();
    tell(StreamRpc.Requests::ready);
  }

  @Override
  public void request() {
    if (!over) {
      call.request(1);
    }
  }

  @Override
  public void roomAgain() {
    tell(StreamRpc.Requests::ready);
  }

  private void taken() {
    unread.remove(unreadBytes);
    unreadBytes = 0;
  }

  @Override
  public boolean isReady() {
    boolean ready = call.isReady();
    if (ready && unread.isFull()) {
      unread.await(this);
      return false;
    }
    return ready;
  }

  @Override
  public void send(Bytes response) {
    if (!over) {
      call.sendMessage(response);
      if (!call.isReady()) {
        unreadBytes += response.length();
        unread.addPart(response.length());
      }
      counter.sent(response.length());
    }
  }

  @Override
  public void done() {
    close(Status.OK);
  }

  @Override
  public void failed(int code, String text) {
    close(Status.fromCodeValue(code).withDescription(text));
  }

  /// The server ends it, whatever its two sides are about.
  void end(int code, String text) {
    tell(StreamRpc.Requests::cancelled);
    failed(code, text);
  }

  private void close(Status status) {
    if (!over) {
      over(status.getCode());
      call.close(status, new Metadata());
    }
  }

  private void over(Status.Code code) {
    over = true;
    unread.forget(this);
    taken();
    counter.handled(code, System.nanoTime() - start);
    open.closed(this);
  }
}
