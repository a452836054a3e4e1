package io.quorate.cli.it;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.quorate.api.HashKVRequest;
import io.quorate.api.KVGrpc;
import io.quorate.api.MaintenanceGrpc;
import io.quorate.api.PutRequest;
import io.quorate.api.RangeRequest;
import io.quorate.api.RangeResponse;
import io.quorate.api.StatusRequest;
import io.quorate.api.StatusResponse;
import io.quorate.api.mvcc.KeyValue;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A connection to one node, with etcd's plain calls.
final class Node implements AutoCloseable {
  private static final int SECONDS = 5;

  private final ManagedChannel channel;

  private Node(ManagedChannel channel) {
    this.channel = channel;
  }

  static Node at(String endpoint) {
    return new Node(
        ManagedChannelBuilder.forTarget("dns:///" + endpoint)
            .usePlaintext()
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .build());
  }

  ManagedChannel channel() {
    return channel;
  }

  private KVGrpc.KVBlockingStub kv() {
    return KVGrpc.newBlockingStub(channel).withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
  }

  private MaintenanceGrpc.MaintenanceBlockingStub maintenance() {
    return MaintenanceGrpc.newBlockingStub(channel).withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
  }

  /// @return the revision of the write
  long put(String key, String value) {
    return put(key, ByteString.copyFromUtf8(value));
  }

  long put(String key, ByteString value) {
    return kv().put(
            PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setValue(value).build())
        .getHeader()
        .getRevision();
  }

  RangeResponse get(String key) {
    return kv().range(RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build());
  }

  /// Everything that this node has, of its own state.
  List<KeyValue> everything() {
    var all = ByteString.copyFrom(new byte[1]);
    return KVGrpc.newBlockingStub(channel)
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .range(RangeRequest.newBuilder().setKey(all).setRangeEnd(all).setSerializable(true).build())
        .getKvsList();
  }

  int hash(long revision) {
    return maintenance().hashKV(HashKVRequest.newBuilder().setRevision(revision).build()).getHash();
  }

  /// Below this revision all is forgotten; -1 if nothing ever was.
  long compacted() {
    return maintenance().hashKV(HashKVRequest.getDefaultInstance()).getCompactRevision();
  }

  StatusResponse status() {
    return maintenance().status(StatusRequest.getDefaultInstance());
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
