package io.quorate.server.rpc;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How often each method was called, and how that ended. Counted and read on the loop alone.
public final class RpcCounters {
  private final List<Method> methods = new ArrayList<>();

  /// Takes how often calls ended in a way.
  public interface CodeVisitor {
    void visit(String code, long count);
  }

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

    /// Every way in which a call may end, in gRPC's spelling, and how often it did.
    public void forEachCode(CodeVisitor visitor) {
      for (var code : Status.Code.values()) {
        visitor.visit(spelling(code), handled[code.value()]);
      }
    }

    /// As Go's gRPC spells it, and so dashboards expect it: `OK`, `DeadlineExceeded`.
    private static String spelling(Status.Code code) {
      if (code == Status.Code.OK) {
        return "OK";
      }
      if (code == Status.Code.CANCELLED) {
        return "Canceled";
      }
      var text = new StringBuilder();
      for (var word : code.name().split("_", -1)) {
        text.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
      }
      return text.toString();
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
