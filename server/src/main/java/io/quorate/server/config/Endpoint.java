package io.quorate.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A URL on which a node listens or can be reached.
///
/// @param url as it was given, and as it is told to others
public record Endpoint(String url, String host, int port) {

  /// Parses a comma-separated list.
  ///
  /// @param flag for the message
  public static List<Endpoint> list(String flag, String text) {
    if (text.isBlank()) {
      throw new UsageException(
          "--%s needs at least one URL, such as http://10.0.0.1:2379".formatted(flag));
    }
    return Arrays.stream(text.split(",", -1)).map(url -> parse(flag, url.strip())).toList();
  }

  static Endpoint parse(String flag, String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new UsageException("--%s: %s is no URL".formatted(flag, text));
    }
    var scheme = uri.getScheme();
    if (scheme == null || !List.of("http", "https", "unix", "unixs").contains(scheme)) {
      throw new UsageException(
          "--%s: %s must begin with http://, as in http://10.0.0.1:2379".formatted(flag, text));
    }
    if (!scheme.equals("http")) {
      throw new UsageException(
          "--%s: %s cannot be served yet, this version speaks plain http only"
              .formatted(flag, text));
    }
    var host = uri.getHost();
    var path = uri.getPath();
    if (host == null || uri.getPort() < 0 || (path != null && !path.isEmpty())) {
      throw new UsageException(
          "--%s: %s must be host and port and nothing more, as in http://10.0.0.1:2379"
              .formatted(flag, text));
    }
    return new Endpoint(text, host.replace("[", "").replace("]", ""), uri.getPort());
  }

  /// Where to bind.
  ///
  /// @throws UsageException if the host is a name, for a name may belong to several machines
  public InetSocketAddress bindAddress() {
    var address = literal();
    if (address == null && !host.equals("localhost")) {
      throw new UsageException("expected IP in URL for binding (%s)".formatted(url));
    }
    return address == null
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
        : new InetSocketAddress(address, port);
  }

  public boolean isLoopback() {
    var address = literal();
    return address == null ? host.equals("localhost") : address.isLoopbackAddress();
  }

  private @Nullable InetAddress literal() {
    if (!host.matches("[0-9.]+|[0-9a-fA-F:.%]+")) {
      return null;
    }
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  @Override
  public String toString() {
    return url;
  }
}
