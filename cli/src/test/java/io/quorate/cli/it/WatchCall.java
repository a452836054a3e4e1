package io.quorate.cli.it;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.quorate.api.WatchCancelRequest;
import io.quorate.api.WatchCreateRequest;
import io.quorate.api.WatchGrpc;
import io.quorate.api.WatchProgressRequest;
import io.quorate.api.WatchRequest;
import io.quorate.api.WatchResponse;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One `Watch` call as it is on the wire: what was answered, in its order.
final class WatchCall implements AutoCloseable {
  private static final int SECONDS = 10;

  private final LinkedBlockingQueue<WatchResponse> responses = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Status> ended = new LinkedBlockingQueue<>();
  private final ClientCall<WatchRequest, WatchResponse> call;

  private WatchCall(Node node, Metadata metadata, int reads) {
    call = node.channel().newCall(WatchGrpc.getWatchMethod(), CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(WatchResponse response) {
            responses.add(response);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.add(status);
          }
        },
        metadata);
    if (reads > 0) {
      call.request(reads);
    }
  }

  static WatchCall open(Node node) {
    return new WatchCall(node, new Metadata(), Integer.MAX_VALUE);
  }

  static WatchCall open(Node node, Metadata metadata) {
    return new WatchCall(node, metadata, Integer.MAX_VALUE);
  }

  /// A client that reads nothing before [#read].
  static WatchCall unread(Node node) {
    return new WatchCall(node, new Metadata(), 0);
  }

  void read(int responsesMore) {
    call.request(responsesMore);
  }

  static WatchCreateRequest.Builder of(String key) {
    return WatchCreateRequest.newBuilder().setKey(ByteString.copyFromUtf8(key));
  }

  static WatchCreateRequest.Builder prefix(String prefix) {
    var last = prefix.charAt(prefix.length() - 1);
    var end = prefix.substring(0, prefix.length() - 1) + (char) (last + 1);
    return of(prefix).setRangeEnd(ByteString.copyFromUtf8(end));
  }

  void send(WatchCreateRequest.Builder request) {
    call.sendMessage(WatchRequest.newBuilder().setCreateRequest(request).build());
  }

  void cancel(long id) {
    call.sendMessage(
        WatchRequest.newBuilder()
            .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
            .build());
  }

  void progress() {
    call.sendMessage(
        WatchRequest.newBuilder()
            .setProgressRequest(WatchProgressRequest.getDefaultInstance())
            .build());
  }

  void halfClose() {
    call.halfClose();
  }

  /// Asks, and takes the answer to that.
  WatchResponse create(WatchCreateRequest.Builder request) throws InterruptedException {
    send(request);
    return next();
  }

  WatchResponse next() throws InterruptedException {
    var response = responses.poll(SECONDS, TimeUnit.SECONDS);
    if (response == null) {
      throw new AssertionError("no response in time; the call ended by " + ended.peek());
    }
    return response;
  }

  /// The next response, or null if none comes for so long.
  @Nullable WatchResponse nextWithin(long milliseconds) throws InterruptedException {
    return responses.poll(milliseconds, TimeUnit.MILLISECONDS);
  }

  Status end() throws InterruptedException {
    var status = ended.poll(SECONDS, TimeUnit.SECONDS);
    if (status == null) {
      throw new AssertionError("the call goes on");
    }
    return status;
  }

  boolean isOver() {
    return !ended.isEmpty();
  }

  @Override
  public void close() {
    call.cancel("done", null);
  }
}
