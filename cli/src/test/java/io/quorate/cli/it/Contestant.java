package io.quorate.cli.it;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.quorate.api.CompactionRequest;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.KVGrpc;
import io.quorate.api.LeaseGrantRequest;
import io.quorate.api.LeaseGrpc;
import io.quorate.api.LeaseKeepAliveRequest;
import io.quorate.api.LeaseKeepAliveResponse;
import io.quorate.api.LeaseLeasesRequest;
import io.quorate.api.LeaseLeasesResponse;
import io.quorate.api.LeaseRevokeRequest;
import io.quorate.api.LeaseStatus;
import io.quorate.api.LeaseTimeToLiveRequest;
import io.quorate.api.LeaseTimeToLiveResponse;
import io.quorate.api.PutRequest;
import io.quorate.api.RangeRequest;
import io.quorate.api.ResponseHeader;
import io.quorate.api.TxnRequest;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// One of the servers that are asked the same, and what it answers: in words that do not tell which
/// of them it is.
final class Contestant implements AutoCloseable {
  private static final int SECONDS = 10;

  private final Node node;

  Contestant(String endpoint) {
    node = Node.at(endpoint);
  }

  Node node() {
    return node;
  }

  /// The answer, without what may differ: who answered in which term, and what time is left.
  String ask(Message request) throws Exception {
    try {
      return words(answer(request));
    } catch (StatusRuntimeException e) {
      var status = e.getStatus();
      return status.getCode() + ": " + status.getDescription();
    }
  }

  private KVGrpc.KVBlockingStub kv() {
    return KVGrpc.newBlockingStub(node.channel()).withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
  }

  private LeaseGrpc.LeaseBlockingStub lease() {
    return LeaseGrpc.newBlockingStub(node.channel()).withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
  }

  private Message answer(Message request) throws Exception {
    return switch (request) {
      case RangeRequest range -> kv().range(range);
      case PutRequest put -> kv().put(put);
      case DeleteRangeRequest delete -> kv().deleteRange(delete);
      case TxnRequest txn -> kv().txn(txn);
      case CompactionRequest compaction -> kv().compact(compaction);
      case LeaseGrantRequest grant -> lease().leaseGrant(grant);
      case LeaseRevokeRequest revoke -> lease().leaseRevoke(revoke);
      case LeaseTimeToLiveRequest time -> lease().leaseTimeToLive(time);
      case LeaseLeasesRequest all -> lease().leaseLeases(all);
      case LeaseKeepAliveRequest keep -> keepAlive(keep);
      default -> throw new IllegalArgumentException(request.toString());
    };
  }

  private LeaseKeepAliveResponse keepAlive(LeaseKeepAliveRequest request) throws Exception {
    var answer = new CompletableFuture<LeaseKeepAliveResponse>();
    var requests =
        LeaseGrpc.newStub(node.channel())
            .leaseKeepAlive(
                new StreamObserver<>() {
                  @Override
                  public void onNext(LeaseKeepAliveResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable e) {
                    answer.completeExceptionally(e);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(request);
    requests.onCompleted();
    return answer.get(SECONDS, TimeUnit.SECONDS);
  }

  private static String words(Message answer) {
    var header = answer.getDescriptorForType().findFieldByName("header");
    var told = (ResponseHeader) answer.getField(header);
    var plain =
        answer.toBuilder()
            .setField(header, ResponseHeader.newBuilder().setRevision(told.getRevision()).build())
            .build();
    return switch (plain) {
      case LeaseTimeToLiveResponse time -> time(time).toString();
      case LeaseLeasesResponse leases -> inOrder(leases).toString();
      default -> plain.toString();
    };
  }

  /// Of the time that is left only whether there is any.
  private static Message time(LeaseTimeToLiveResponse answer) {
    var sorted = answer.toBuilder().clearKeys().setTTL(Long.signum(answer.getTTL()));
    answer.getKeysList().stream()
        .sorted(ByteString.unsignedLexicographicalComparator())
        .forEach(sorted::addKeys);
    return sorted.build();
  }

  private static Message inOrder(LeaseLeasesResponse answer) {
    var sorted = answer.toBuilder().clearLeases();
    answer.getLeasesList().stream()
        .sorted(Comparator.comparingLong(LeaseStatus::getID))
        .forEach(sorted::addLeases);
    return sorted.build();
  }

  @Override
  public void close() {
    node.close();
  }
}
