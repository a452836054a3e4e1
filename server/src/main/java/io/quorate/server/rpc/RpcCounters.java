package io.quorate.server.rpc;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.quorate.node.Times;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How often each method was called, what passed, how it ended and how long that took. Counted and
/// read on the loop alone.
public final class RpcCounters {
  /// So many versions are told apart: what clients claim must not fill the heap.
  private static final int CLIENT_VERSIONS = 100;

  private static final String UNKNOWN = "unknown";

  private final List<Method> methods = new ArrayList<>();
  private final Map<String, Long> unaryClients = new TreeMap<>();
  private final Map<String, Long> streamClients = new TreeMap<>();

  /// Takes how often calls ended in a way.
  public interface CodeVisitor {
    void visit(String code, long count);
  }

  /// What is counted of one method.
  public static final class Method {
    /// Upper bounds from 0.1 ms to 52 s.
    private static final long FIRST_BOUND = 100_000;

    private static final int BOUNDS = 20;

    private final MethodType type;
    private final String service;
    private final String name;
    private final long[] handled = new long[Status.Code.values().length];
    private final Times good = new Times(FIRST_BOUND, BOUNDS);
    private final Times bad = new Times(FIRST_BOUND, BOUNDS);
    private long started;
    private long received;
    private long sent;
    private long receivedBytes;
    private long sentBytes;

    private Method(MethodType type, String service, String name) {
      this.type = type;
      this.service = service;
      this.name = name;
    }

    public String service() {
      return service;
    }

    public String name() {
      return name;
    }

    /// As Go's gRPC calls it: `unary`, `bidi_stream`.
    public String type() {
      return switch (type) {
        case UNARY -> "unary";
        case CLIENT_STREAMING -> "client_stream";
        case SERVER_STREAMING -> "server_stream";
        case BIDI_STREAMING, UNKNOWN -> "bidi_stream";
      };
    }

    public boolean isUnary() {
      return type == MethodType.UNARY;
    }

    /// Calls begun.
    public long startedCount() {
      return started;
    }

    /// Messages that came in.
    public long receivedCount() {
      return received;
    }

    /// Messages that went out.
    public long sentCount() {
      return sent;
    }

    public long receivedBytes() {
      return receivedBytes;
    }

    public long sentBytes() {
      return sentBytes;
    }

    /// How long calls took.
    ///
    /// @param ended whether those that ended well are asked for, or those that did not
    public Times times(boolean ended) {
      return ended ? good : bad;
    }

    /// Every way in which a call may end, in gRPC's spelling, and how often it did.
    public void forEachCode(CodeVisitor visitor) {
      for (var code : Status.Code.values()) {
        visitor.visit(spelling(code), handled[code.value()]);
      }
    }

    private long underWay() {
      return started - good.count() - bad.count();
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

    void received(int bytes) {
      received++;
      receivedBytes += bytes;
    }

    void sent(int bytes) {
      sent++;
      sentBytes += bytes;
    }

    /// @param nanos since it was begun
    void handled(Status.Code code, long nanos) {
      handled[code.value()]++;
      times(code == Status.Code.OK).took(nanos);
    }
  }

  Method of(MethodDescriptor<?, ?> descriptor) {
    var service = descriptor.getServiceName();
    var name = descriptor.getBareMethodName();
    var method =
        new Method(descriptor.getType(), service == null ? "" : service, name == null ? "" : name);
    methods.add(method);
    return method;
  }

  /// Calls with one answer that have not got it yet.
  public long unanswered() {
    long count = 0;
    for (var method : methods) {
      if (method.isUnary()) {
        count += method.underWay();
      }
    }
    return count;
  }

  /// Calls of a method that have not ended.
  public long open(String method) {
    return methods.stream()
        .filter(each -> each.name.equals(method))
        .mapToLong(Method::underWay)
        .sum();
  }

  public List<Method> methods() {
    return List.copyOf(methods);
  }

  /// A client told its version with a call (etcd-G3); of the versions past a bound none is kept.
  void client(boolean unary, @Nullable String version) {
    var counts = unary ? unaryClients : streamClients;
    var known = version == null ? UNKNOWN : version;
    if (counts.size() < CLIENT_VERSIONS || counts.containsKey(known)) {
      counts.merge(known, 1L, Long::sum);
    } else {
      counts.merge(UNKNOWN, 1L, Long::sum);
    }
  }

  /// How many calls came from clients of each version.
  public Map<String, Long> clients(boolean unary) {
    return Collections.unmodifiableMap(unary ? unaryClients : streamClients);
  }
}
