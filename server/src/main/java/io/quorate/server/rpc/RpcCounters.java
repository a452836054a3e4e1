package io.quorate.server.rpc;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;

/// How often each method was called, and how that ended. Counted and read on the loop alone.
public final class RpcCounters {
  private final List<Method> methods = new ArrayList<>();

  /// What is counted of one method.
  public static final class Method {
    private final String service;
    private final String name;
    private long started;
    private final long[] handled = new long[Status.Code.values().length];

    private Method(String service, String name) {
      this.service = service;
      this.name = name;
    }

    public String service() {
      return service;
    }

    public String name() {
      return name;
    }

    public long startedCount() {
      return started;
    }

    public long handledCount(Status.Code code) {
      return handled[code.value()];
    }

    void started() {
      started++;
    }

    void handled(Status.Code code) {
      handled[code.value()]++;
    }
  }

  Method of(MethodDescriptor<?, ?> descriptor) {
    var service = descriptor.getServiceName();
    var name = descriptor.getBareMethodName();
    var method = new Method(service == null ? "" : service, name == null ? "" : name);
    methods.add(method);
    return method;
  }

  public List<Method> methods() {
    return List.copyOf(methods);
  }
}
