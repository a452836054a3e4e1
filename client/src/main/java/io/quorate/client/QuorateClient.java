package io.quorate.client;

import io.grpc.ManagedChannel;
import io.grpc.stub.AbstractStub;
import io.quorate.api.KVGrpc;
import io.quorate.api.quorate.InspectGrpc;
import io.quorate.api.quorate.InspectStatusRequest;
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
    return new QuorateClient(Endpoints.of(addresses), PATIENCE);
  }

  /// The same connections, with another time after which a call is given up.
  public QuorateClient within(Duration patience) {
    return new QuorateClient(endpoints, patience);
  }

  /// The same connections, but only the node at one of the addresses is asked.
  ///
  /// @param number its place among [#addresses()]
  public QuorateClient only(int number) {
    return new QuorateClient(endpoints.only(number), timeout);
  }

  public List<String> addresses() {
    return endpoints.names();
  }

  private <S extends AbstractStub<S>> S within(S stub) {
    return stub.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private KVGrpc.KVBlockingStub keyValues(ManagedChannel channel) {
    return within(KVGrpc.newBlockingStub(channel));
  }

  /// Puts a value.
  public PutResult put(Put put) {
    var request = Wire.request(put);
    var response = endpoints.call(true, channel -> keyValues(channel).put(request));
    return Wire.result(response);
  }

  public Found get(Query query) {
    var request = Wire.request(query);
    var response = endpoints.call(false, channel -> keyValues(channel).range(request));
    return Wire.result(response);
  }

  public DeleteResult delete(Delete delete) {
    var request = Wire.request(delete);
    var response = endpoints.call(true, channel -> keyValues(channel).deleteRange(request));
    return Wire.result(response);
  }

  /// Carries out a transaction.
  public TransactionResult transact(Transaction transaction) {
    var request = Wire.request(transaction);
    var response = endpoints.call(true, channel -> keyValues(channel).txn(request));
    return Wire.result(response);
  }

  /// Watches keys from now on, also over the failure of nodes. The listener hears of everything
  /// else.
  public Watcher watch(Watch watch, WatchListener listener) {
    var watcher = new Watcher(endpoints, timeout, watch, listener);
    watcher.begin();
    return watcher;
  }

  public Leases leases() {
    return new Leases(endpoints, timeout);
  }

  public Maintenance maintenance() {
    return new Maintenance(endpoints, timeout);
  }

  /// What a node of Quorate says of itself.
  public NodeStatus status() {
    var request = InspectStatusRequest.getDefaultInstance();
    return NodeStatus.of(
        endpoints.call(
            false, channel -> within(InspectGrpc.newBlockingStub(channel)).status(request)));
  }

  /// Ends the connections, and with them every client that shares them.
  @Override
  public void close() {
    endpoints.close();
  }
}
