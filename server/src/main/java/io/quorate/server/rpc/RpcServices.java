package io.quorate.server.rpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import io.quorate.node.Rpcs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/// The node's calls as gRPC services: bytes in, bytes out, no generated stub and no thread in
/// between.
///
/// A method that the node does not offer is not registered, and so answered UNIMPLEMENTED by gRPC
/// itself.
final class RpcServices {
  private static final Metadata.Key<String> HAS_LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> CLIENT_VERSION =
      Metadata.Key.of("client-api-version", Metadata.ASCII_STRING_MARSHALLER);

  private final Executor node;
  private final RpcCounters counters;
  private final Unread unread;
  private final OpenCalls open;

  /// @param node takes calls in, within the call; it may refuse to, and then never answers
  /// @param unread counts the answers that wait for their clients
  /// @param open knows the calls that are under way
  RpcServices(Executor node, RpcCounters counters, Unread unread, OpenCalls open) {
    this.node = node;
    this.counters = counters;
    this.unread = unread;
    this.open = open;
  }

  /// Those of the described services of which the node offers anything.
  ///
  /// @param rpcs by full method name, such as `etcdserverpb.KV/Put`
  List<ServerServiceDefinition> define(List<ServiceDescriptor> described, Rpcs rpcs) {
    var definitions = new ArrayList<ServerServiceDefinition>();
    for (var service : described) {
      var offered =
          service.getMethods().stream()
              .filter(method -> rpcs.offers(method.getFullMethodName()))
              .map(RpcServices::raw)
              .toList();
      if (offered.isEmpty()) {
        continue;
      }
      var descriptor =
          ServiceDescriptor.newBuilder(service.getName())
              .setSchemaDescriptor(service.getSchemaDescriptor());
      offered.forEach(descriptor::addMethod);
      var definition = ServerServiceDefinition.builder(descriptor.build());
      for (var method : offered) {
        definition.addMethod(method, handler(method, rpcs));
      }
      definitions.add(definition.build());
    }
    return definitions;
  }

  private static MethodDescriptor<Bytes, Bytes> raw(MethodDescriptor<?, ?> method) {
    return MethodDescriptor.<Bytes, Bytes>newBuilder()
        .setType(method.getType())
        .setFullMethodName(method.getFullMethodName())
        .setRequestMarshaller(BytesMarshaller.INSTANCE)
        .setResponseMarshaller(BytesMarshaller.INSTANCE)
        .setSchemaDescriptor(method.getSchemaDescriptor())
        .build();
  }

  private ServerCallHandler<Bytes, Bytes> handler(
      MethodDescriptor<Bytes, Bytes> method, Rpcs rpcs) {
    var counter = counters.of(method);
    var unary = rpcs.unary().get(method.getFullMethodName());
    if (unary != null) {
      return (call, headers) -> {
        started(counter, headers);
        call.request(1);
        return new UnaryCall(
            call, counter, unread, (request, reply) -> take(unary, headers, request, reply));
      };
    }
    var stream = rpcs.streams().get(method.getFullMethodName());
    if (stream == null) {
      throw new IllegalArgumentException("nobody offers " + method.getFullMethodName());
    }
    return (call, headers) -> {
      started(counter, headers);
      return new StreamCall(call, counter, node, open, unread).open(stream, metadata(headers));
    };
  }

  private void started(RpcCounters.Method counter, Metadata headers) {
    counter.started();
    counters.client(counter.isUnary(), headers.get(CLIENT_VERSION));
  }

  private void take(Rpc rpc, Metadata headers, Bytes request, Rpc.Reply reply) {
    if (!open.refuses(reply::failed)) {
      node.execute(() -> rpc.call(metadata(headers), request, reply));
    }
  }

  private static Rpc.Metadata metadata(Metadata headers) {
    return "true".equals(headers.get(HAS_LEADER)) ? new Rpc.Metadata(true) : Rpc.Metadata.NONE;
  }
}
