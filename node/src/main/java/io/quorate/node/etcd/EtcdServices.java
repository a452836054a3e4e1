package io.quorate.node.etcd;

import io.grpc.ServiceDescriptor;
import io.quorate.api.ClusterGrpc;
import io.quorate.api.KVGrpc;
import io.quorate.api.MaintenanceGrpc;
import io.quorate.api.quorate.InspectGrpc;
import io.quorate.node.Node;
import io.quorate.node.Rpc;
import io.quorate.store.Code;
import io.quorate.store.KvStore;
import io.quorate.store.Outcome;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Everything that clients may call on a node, by full method name.
public final class EtcdServices {
  /// What is fixed for the life of a node.
  ///
  /// @param version of the software
  /// @param maxRequestBytes the largest command
  /// @param maxTxnOps operations in one transaction
  public record Settings(String version, int maxRequestBytes, int maxTxnOps) {}

  /// The services of which methods are offered.
  public static final List<ServiceDescriptor> SERVICES =
      List.of(
          KVGrpc.getServiceDescriptor(),
          ClusterGrpc.getServiceDescriptor(),
          MaintenanceGrpc.getServiceDescriptor(),
          InspectGrpc.getServiceDescriptor());

  private EtcdServices() {}

  /// The calls of a node that has started.
  public static Map<String, Rpc> of(Node<Outcome> node, KvStore store, Settings settings) {
    var member = new ServingNode(node, store);
    var rpcs = new TreeMap<String, Rpc>();
    new KeyValueService(member, settings.maxRequestBytes(), settings.maxTxnOps()).addTo(rpcs);
    new ClusterService(member).addTo(rpcs);
    new MaintenanceService(member).addTo(rpcs);
    new InspectService(member, settings.version()).addTo(rpcs);
    return rpcs;
  }

  /// The same calls on a node that takes part in nothing: each says why.
  public static Map<String, Rpc> outOfService(String why) {
    var rpcs = new TreeMap<String, Rpc>();
    for (var service : SERVICES) {
      for (var method : service.getMethods()) {
        rpcs.put(
            method.getFullMethodName(),
            (metadata, request, reply) ->
                reply.failed(
                    Code.UNAVAILABLE.number(), "etcdserver: this node is out of service: " + why));
      }
    }
    return rpcs;
  }
}
