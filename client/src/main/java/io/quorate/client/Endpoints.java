package io.quorate.client;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;

/// The nodes that a client knows, and which of them it talks to.
final class Endpoints implements AutoCloseable {
  private static final int MAX_MESSAGE = Integer.MAX_VALUE;

  private static final Pattern HOST_AND_PORT =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9a-fA-F:.%]+]):[0-9]{1,5}");

  /// So often a connection is asked whether it is still there, while a call waits on it: seconds.
  private static final int PING = 10;

  private final List<String> names;
  private final List<ManagedChannel> channels;
  private final ScheduledExecutorService timer;
  private volatile int preferred;

  private Endpoints(
      List<String> names, List<ManagedChannel> channels, ScheduledExecutorService timer) {
    this.names = names;
    this.channels = channels;
    this.timer = timer;
  }

  static Endpoints of(List<String> endpoints) {
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("a client needs at least one endpoint");
    }
    var names = endpoints.stream().map(Endpoints::hostAndPort).toList();
    var channels = new ArrayList<ManagedChannel>();
    for (var name : names) {
      channels.add(
          ManagedChannelBuilder.forTarget("dns:///" + name)
              .usePlaintext()
              .maxInboundMessageSize(MAX_MESSAGE)
              .keepAliveTime(PING, TimeUnit.SECONDS)
              .keepAliveTimeout(PING, TimeUnit.SECONDS)
              .build());
    }
    return new Endpoints(names, channels, Executors.newScheduledThreadPool(1, Endpoints::thread));
  }

  private static Thread thread(Runnable work) {
    var thread = new Thread(work, "quorate-client-timer");
    thread.setDaemon(true);
    return thread;
  }

  /// One of them alone, over the same connection.
  Endpoints only(int number) {
    return new Endpoints(List.of(names.get(number)), List.of(channels.get(number)), timer);
  }

  private static String hostAndPort(String endpoint) {
    if (endpoint.startsWith("https://")) {
      throw new IllegalArgumentException(endpoint + ": TLS is not spoken yet");
    }
    var text = endpoint.startsWith("http://") ? endpoint.substring("http://".length()) : endpoint;
    var named = text.contains(":") ? text : text + ":2379";
    if (!HOST_AND_PORT.matcher(named).matches()) {
      throw new IllegalArgumentException(
          "\"%s\" is no endpoint: it must be HOST:PORT, as in 127.0.0.1:2379".formatted(endpoint));
    }
    return named;
  }

  List<String> names() {
    return names;
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  /// Which answered last.
  int preferred() {
    return preferred;
  }

  void prefer(int number) {
    preferred = number;
  }

  ManagedChannel channel(int number) {
    return channels.get(number);
  }

  /// Calls one endpoint after the other until one answers.
  ///
  /// @param write whether the call changes anything: then another endpoint is asked only if the
  ///   call surely never left this process
  <T> T call(boolean write, Function<ManagedChannel, T> call) {
    StatusRuntimeException last = null;
    for (int i = 0; i < channels.size(); i++) {
      int number = (preferred + i) % channels.size();
      try {
        var result = call.apply(channels.get(number));
        preferred = number;
        return result;
      } catch (StatusRuntimeException e) {
        last = e;
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE || (write && !neverSent(e))) {
          break;
        }
      }
    }
    if (last == null) {
      throw new IllegalStateException("no endpoint");
    }
    throw failure(last, write);
  }

  /// gRPC fails a call so before it has a connection.
  private static boolean neverSent(StatusRuntimeException e) {
    return e.getCause() instanceof java.net.ConnectException
        || e.getCause() instanceof java.net.UnknownHostException;
  }

  static QuorateException failure(StatusRuntimeException e, boolean write) {
    boolean unknown =
        switch (e.getStatus().getCode()) {
          case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, UNKNOWN, INTERNAL ->
              write && !neverSent(e);
          default -> false;
        };
    return unknown
        ? new QuorateException.Unknown(e.getStatus())
        : new QuorateException.Refused(e.getStatus());
  }

  @Override
  public void close() {
    timer.shutdownNow();
    channels.forEach(ManagedChannel::shutdownNow);
    for (var channel : channels) {
      try {
        channel.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
