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
final class StreamCall extends ServerCall.Listener<Bytes> implements StreamRpc.Responses {
  /// A client keeps up while no more than this waits for it.
  private static final int READY_BYTES = 256 << 10;

  private final ServerCall<Bytes, Bytes> call;
  private final RpcCounters.Method counter;
  private final Executor node;
  private final OpenCalls open;
  private final long start = System.nanoTime();

  private StreamRpc.@Nullable Requests requests;
  private boolean over;

  /// @param node takes events in, within the call; it may refuse to
  StreamCall(
      ServerCall<Bytes, Bytes> call, RpcCounters.Method counter, Executor node, OpenCalls open) {
    this.call = call;
    this.counter = counter;
    this.node = node;
    this.open = open;
  }

  StreamCall open(StreamRpc rpc, Rpc.Metadata metadata) {
    call.setOnReadyThreshold(READY_BYTES);
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
    tell(StreamRpc.Requests::ready);
  }

  @Override
  public void request() {
    if (!over) {
      call.request(1);
    }
  }

  @Override
  public boolean isReady() {
    return call.isReady();
  }

  @Override
  public void send(Bytes response) {
    if (!over) {
      call.sendMessage(response);
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
    counter.handled(code, System.nanoTime() - start);
    open.closed(this);
  }
}
