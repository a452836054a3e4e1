package io.quorate.server;

import io.quorate.journal.DiskException;
import io.quorate.server.config.Endpoint;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.UsageException;
import io.quorate.server.disk.DirectoryLock;
import java.io.IOException;
import java.net.Socket;
import java.util.List;

/// What a node needs for itself alone, before it starts: its data directory, which nobody else gets
/// meanwhile, and its addresses, which were free.
public final class Claim implements AutoCloseable {
  private final DirectoryLock directory;

  private Claim(DirectoryLock directory) {
    this.directory = directory;
  }

  /// @throws IOException if an address cannot be listened on; the message names it
  /// @throws DiskException if another process has the data directory, or it cannot be used
  /// @throws UsageException if the node has no data, and may not begin
  public static Claim take(ServerConfig config) throws IOException {
    Beginning.requirePossible(config);
    var directory = DirectoryLock.take(config.dataDir());
    try {
      requireFree("clients", config.listenClient());
      requireFree("clients that speak plain HTTP", config.listenHttp());
      requireFree("who watches this node", config.listenMetrics());
      requireFree("other nodes", config.listenPeer());
    } catch (IOException e) {
      directory.close();
      throw e;
    }
    return new Claim(directory);
  }

  private static void requireFree(String whom, List<Endpoint> endpoints) throws IOException {
    for (var address : Addresses.toBind(endpoints)) {
      // It does not listen, so that nobody connects to it.
      try (var socket = new Socket()) {
        socket.setReuseAddress(true);
        socket.bind(address);
      } catch (IOException e) {
        throw Addresses.cannotListen(whom, endpoints, e);
      }
    }
  }

  @Override
  public void close() {
    directory.close();
  }
}
