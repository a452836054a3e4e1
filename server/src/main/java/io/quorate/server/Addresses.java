package io.quorate.server;

import io.quorate.node.Members;
import io.quorate.server.config.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/// URLs of flags as addresses of sockets.
final class Addresses {
  private Addresses() {}

  /// Two URLs may stand for one place: `localhost` and `127.0.0.1`.
  static List<SocketAddress> toBind(List<Endpoint> endpoints) {
    return endpoints.stream()
        .map(endpoint -> (SocketAddress) endpoint.bindAddress())
        .distinct()
        .toList();
  }

  /// Where another node is dialed. Names are left to be looked up each time.
  static List<SocketAddress> toDial(Members.Member member) {
    return member.peerUrls().stream()
        .map(url -> Endpoint.parse("initial-cluster", url))
        .map(peer -> (SocketAddress) InetSocketAddress.createUnresolved(peer.host(), peer.port()))
        .toList();
  }

  static String urls(List<Endpoint> endpoints) {
    return String.join(", ", endpoints.stream().map(Endpoint::url).toList());
  }

  /// @param whom that who would be listened to
  static IOException cannotListen(String whom, List<Endpoint> at, Throwable why) {
    return new IOException(
        "cannot listen to %s at %s: %s".formatted(whom, urls(at), reason(why)), why);
  }

  private static String reason(Throwable e) {
    var root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    var message = root.getMessage();
    return message == null ? root.toString() : message;
  }
}
