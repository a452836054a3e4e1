package io.quorate.client;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A server that says what a test wants it to, and a client of it.
final class Fake implements AutoCloseable {
  static final int SECONDS = 20;

  private final Server server;
  final QuorateClient client;

  /// @param before addresses that the client tries first
  Fake(BindableService service, String... before) throws IOException {
    server = ServerBuilder.forPort(0).addService(service).build().start();
    var addresses = new ArrayList<>(List.of(before));
    addresses.add("127.0.0.1:" + server.getPort());
    client = QuorateClient.connect(addresses).within(Duration.ofSeconds(5));
  }

  @Override
  public void close() {
    client.close();
    server.shutdownNow();
  }
}
