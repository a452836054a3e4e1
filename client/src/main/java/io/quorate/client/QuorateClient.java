package io.quorate.client;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.KVGrpc;
import io.quorate.api.PutRequest;
import io.quorate.api.RangeRequest;
import io.quorate.api.quorate.InspectGrpc;
import io.quorate.api.quorate.InspectStatusRequest;
import io.quorate.api.quorate.InspectStatusResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A connection to a cluster. Thread-safe; meant to live as long as the program.
///
/// Every call throws a [QuorateException] if it does not succeed: `Refused` if nothing happened,
/// `Unknown` if a write may have taken effect. Reads are linearizable unless the query says
/// otherwise, and are tried at the next endpoint when one is away; a write is tried again only if
/// it surely never left.
public final class QuorateClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Endpoints endpoints;
  private final Duration timeout;

  private QuorateClient(Endpoints endpoints, Duration timeout) {
    this.endpoints = endpoints;
    this.timeout = timeout;
  }

  /// A client of the nodes at these addresses, such as `127.0.0.1:2379`. Connects when it is first
  /// used.
  public static QuorateClient connect(List<String> addresses) {
    return new QuorateClient(new Endpoints(addresses), PATIENCE);
  }

  /// The same connections, with another time after which a call is given up.
  public QuorateClient within(Duration patience) {
    return new QuorateClient(endpoints, patience);
  }

  public List<String> addresses() {
    return endpoints.names();
  }

  private KVGrpc.KVBlockingStub keyValues(ManagedChannel channel) {
    return KVGrpc.newBlockingStub(channel)
        .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Puts a value.
  ///
  /// @return the revision at which it stands
  public long put(ByteSequence key, ByteSequence value) {
    var request = PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build();
    return endpoints
        .call(true, channel -> keyValues(channel).put(request))
        .getHeader()
        .getRevision();
  }

  public Found get(Query query) {
    var request =
        RangeRequest.newBuilder()
            .setKey(bytes(query.key()))
            .setRangeEnd(bytes(query.end()))
            .setLimit(query.limit())
            .setRevision(query.revision())
            .setSerializable(query.serializable())
            .build();
    var response = endpoints.call(false, channel -> keyValues(channel).range(request));
    return new Found(
        response.getKvsList().stream().map(KeyValue::of).toList(),
        response.getCount(),
        response.getMore(),
        response.getHeader().getRevision());
  }

  /// Deletes the keys of a query, whatever its limit and revision.
  ///
  /// @return how many there were
  public long delete(Query query) {
    var request =
        DeleteRangeRequest.newBuilder()
            .setKey(bytes(query.key()))
            .setRangeEnd(bytes(query.end()))
            .build();
    return endpoints.call(true, channel -> keyValues(channel).deleteRange(request)).getDeleted();
  }

  /// What the node at one of the addresses says of itself.
  ///
  /// @param number its place among [#addresses()]
  public NodeStatus status(int number) {
    try {
      InspectStatusResponse response =
          InspectGrpc.newBlockingStub(endpoints.channel(number))
              .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
              .status(InspectStatusRequest.getDefaultInstance());
      return NodeStatus.of(response);
    } catch (StatusRuntimeException e) {
      throw Endpoints.failure(e, false);
    }
  }

  private static ByteString bytes(ByteSequence bytes) {
    return ByteString.copyFrom(bytes.toByteArray());
  }

  @Override
  public void close() {
    endpoints.close();
  }
}
