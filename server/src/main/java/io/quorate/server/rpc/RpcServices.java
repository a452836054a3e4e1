package io.quorate.server.rpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The node's calls as gRPC services: bytes in, bytes out, no generated stub and no thread in
/// between.
///
/// A method that the node does not offer is not registered, and so answered UNIMPLEMENTED by gRPC
/// itself.
final class RpcServices {
  private static final Metadata.Key<String> HAS_LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

  private static final String TOO_MUCH_UNREAD =
      "quorate: too many large answers wait for their clients to read them; if this request wrote"
          + " something, that took effect";

  private final Executor node;
  private final RpcCounters counters;
  private final Unread unread;

  /// @param node takes calls in, within the call; it may refuse to, and then never answers
  /// @param unread counts the answers that wait for their clients
  RpcServices(Executor node, RpcCounters counters, Unread unread) {
    this.node = node;
    this.counters = counters;
    this.unread = unread;
  }

  /// Those of the described services of which the node offers anything.
  ///
  /// @param rpcs by full method name, such as `etcdserverpb.KV/Put`
  List<ServerServiceDefinition> define(List<ServiceDescriptor> described, Map<String, Rpc> rpcs) {
    var definitions = new ArrayList<ServerServiceDefinition>();
    for (var service : described) {
      var offered =
          service.getMethods().stream()
              .filter(method -> rpcs.containsKey(method.getFullMethodName()))
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
        var rpc = rpcs.get(method.getFullMethodName());
        if (rpc != null) {
          definition.addMethod(method, new Handler(rpc, counters.of(method)));
        }
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

  private final class Handler implements ServerCallHandler<Bytes, Bytes> {
    private final Rpc rpc;
    private final RpcCounters.Method counter;

    Handler(Rpc rpc, RpcCounters.Method counter) {
      this.rpc = rpc;
      this.counter = counter;
    }

    @Override
    public ServerCall.Listener<Bytes> startCall(ServerCall<Bytes, Bytes> call, Metadata headers) {
      counter.started();
      call.request(1);
      boolean requiresLeader = "true".equals(headers.get(HAS_LEADER));
      var metadata = requiresLeader ? new Rpc.Metadata(true) : Rpc.Metadata.NONE;
      return new Unary(call, metadata);
    }

    private final class Unary extends ServerCall.Listener<Bytes> implements Rpc.Reply {
      private final ServerCall<Bytes, Bytes> call;
      private final Rpc.Metadata metadata;
      private @Nullable Bytes request;
      private boolean over;
      private int unreadBytes;

      Unary(ServerCall<Bytes, Bytes> call, Rpc.Metadata metadata) {
        this.call = call;
        this.metadata = metadata;
      }

      @Override
      public void onMessage(Bytes message) {
        request = message;
      }

      @Override
      public void onHalfClose() {
        var message = request;
        if (message == null) {
          close(Status.INVALID_ARGUMENT.withDescription("a call without a request"));
          return;
        }
        request = null;
        node.execute(() -> rpc.call(metadata, message, this));
      }

      @Override
      public void onComplete() {
        taken();
      }

      private void taken() {
        unread.remove(unreadBytes);
        unreadBytes = 0;
      }

      @Override
      public void onCancel() {
        taken();
        if (!over) {
          over = true;
          counter.handled(Status.Code.CANCELLED);
        }
      }

      @Override
      public void done(Bytes response) {
        if (over) {
          return;
        }
        if (!unread.add(response.length())) {
          close(Status.RESOURCE_EXHAUSTED.withDescription(TOO_MUCH_UNREAD));
          return;
        }
        unreadBytes = response.length();
        call.sendHeaders(new Metadata());
        call.sendMessage(response);
        close(Status.OK);
      }

      @Override
      public void failed(int code, String text) {
        if (!over) {
          close(Status.fromCodeValue(code).withDescription(text));
        }
      }

      private void close(Status status) {
        over = true;
        counter.handled(status.getCode());
        call.close(status, new Metadata());
      }
    }
  }
}
