package io.quorate.node.etcd;

import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServiceDescriptor;
import io.quorate.api.ClusterGrpc;
import io.quorate.api.KVGrpc;
import io.quorate.api.LeaseGrpc;
import io.quorate.api.MaintenanceGrpc;
import io.quorate.api.WatchGrpc;
import io.quorate.api.quorate.InspectGrpc;
import io.quorate.node.Node;
import io.quorate.node.Rpcs;
import io.quorate.node.StreamRpc;
import io.quorate.node.lease.Lessor;
import io.quorate.node.watch.WatchHub;
import io.quorate.store.Code;
import io.quorate.store.KvStore;
import io.quorate.store.Outcome;
import java.util.List;

/// Everything that clients may call on a node, by full method name.
public final class EtcdServices {
  /// What is fixed for the life of a node.
  ///
  /// @param version of the software
  /// @param maxRequestBytes the largest command
  /// @param maxTxnOps operations in one transaction
  /// @param watchProgress how often silent watchers that ask for it hear how far they have seen:
  ///   nanoseconds
  /// @param quotaBytes of storage at which requests that put are refused; negative: never
  public record Settings(
      String version, int maxRequestBytes, int maxTxnOps, long watchProgress, long quotaBytes) {}

  /// The version of etcd whose API is spoken, as clients want to see it.
  public static final String API_VERSION = "3.7.0";

  /// What gRPC takes in beyond the largest command; a watch response is as large at most where the
  /// client lets it be cut (etcd-135).
  public static final int MESSAGE_OVERHEAD = 512 << 10;

  /// The services of which methods are offered.
  public static final List<ServiceDescriptor> SERVICES =
      List.of(
          KVGrpc.getServiceDescriptor(),
          ClusterGrpc.getServiceDescriptor(),
          MaintenanceGrpc.getServiceDescriptor(),
          WatchGrpc.getServiceDescriptor(),
          LeaseGrpc.getServiceDescriptor(),
          InspectGrpc.getServiceDescriptor());

  private EtcdServices() {}

  /// The calls of a node that has started.
  ///
  /// @param hub shows the store's changes to who watches
  /// @param times takes how long reads take
  public static Rpcs of(
      Node<Outcome> node,
      KvStore store,
      WatchHub hub,
      Lessor lessor,
      ReadTimes times,
      Settings settings) {
    var member = new ServingNode(node, store);
    var quota = new Quota(member, settings.quotaBytes());
    var leaderless = new LeaderlessStreams(node);
    var rpcs = new Rpcs();
    var unary = rpcs.unary();
    new KeyValueService(member, quota, settings.maxRequestBytes(), settings.maxTxnOps(), times)
        .addTo(unary);
    new ClusterService(member).addTo(unary);
    new MaintenanceService(member, times, settings.quotaBytes()).addTo(unary);
    new AlarmService(member).addTo(unary);
    new SnapshotService(member).addTo(rpcs.streams());
    new RangeStreams(member, settings.maxRequestBytes()).addTo(rpcs.streams());
    new InspectService(member, settings.version()).addTo(unary);
    new WatchService(
            member,
            hub,
            leaderless,
            settings.watchProgress(),
            settings.maxRequestBytes() + MESSAGE_OVERHEAD)
        .addTo(rpcs.streams());
    new LeaseService(member, quota, lessor, leaderless).addTo(rpcs);
    return rpcs;
  }

  /// The same calls on a node that takes part in nothing: each says why.
  public static Rpcs outOfService(String why) {
    int code = Code.UNAVAILABLE.number();
    var text = "etcdserver: this node is out of service: " + why;
    var rpcs = new Rpcs();
    for (var service : SERVICES) {
      for (var method : service.getMethods()) {
        var name = method.getFullMethodName();
        if (method.getType() == MethodType.UNARY) {
          rpcs.unary().put(name, (metadata, request, reply) -> reply.failed(code, text));
        } else {
          rpcs.streams().put(name, (metadata, responses) -> refused(responses, code, text));
        }
      }
    }
    return rpcs;
  }

  private static StreamRpc.Requests refused(StreamRpc.Responses responses, int code, String text) {
    responses.failed(code, text);
    return Deaf.INSTANCE;
  }
}
