package io.quorate.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A URL on which a node listens or can be reached.
///
/// @param url as it was given, and as it is told to others
public record Endpoint(String url, String host, int port) {
  private static final int MOST_PORT = 65_535;

  private static final Pattern OTHER_SCHEME = Pattern.compile("(https|unixs?)://.*");
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("http://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+(?:%[^]]+)?]):([0-9]{1,9})");

  /// Parses a comma-separated list.
  ///
  /// @param flag for the message
  static List<Endpoint> list(String flag, String text) {
    if (text.isBlank()) {
      throw new UsageException(
          "--%s needs at least one URL, such as http://10.0.0.1:2379".formatted(flag));
    }
    return Arrays.stream(text.split(",", -1)).map(url -> parse(flag, url.strip())).toList();
  }

  /// Parses a comma-separated list of places to listen at, whose hosts are addresses: a name may
  /// belong to several machines.
  static List<Endpoint> listToBind(String flag, String text) {
    var endpoints = list(flag, text);
    for (var endpoint : endpoints) {
      if (endpoint.address() == null) {
        throw new UsageException(
            "--%s: expected IP in URL for binding, as in http://0.0.0.0:2379, not \"%s\""
                .formatted(flag, endpoint.url));
      }
    }
    return endpoints;
  }

  /// Parses one URL.
  ///
  /// @param flag for the message
  public static Endpoint parse(String flag, String text) {
    if (OTHER_SCHEME.matcher(text).matches()) {
      throw new UsageException(
          "--%s: \"%s\" cannot be served yet, this version speaks plain http only"
              .formatted(flag, text));
    }
    if (!text.startsWith("http://")) {
      throw new UsageException(
          "--%s: \"%s\" must begin with http://, as in http://10.0.0.1:2379".formatted(flag, text));
    }
    var parts = HOST_AND_PORT.matcher(text);
    if (!parts.matches()) {
      throw new UsageException(
          "--%s: \"%s\" must be host and port and nothing more, as in http://10.0.0.1:2379"
              .formatted(flag, text));
    }
    int port = Integer.parseInt(parts.group(2));
    if (port < 1 || port > MOST_PORT) {
      throw new UsageException(
          "--%s: \"%s\" must have a port from 1 to %d".formatted(flag, text, MOST_PORT));
    }
    return new Endpoint(text, parts.group(1).replaceAll("[\\[\\]]", ""), port);
  }

  /// Where to bind.
  ///
  /// @throws IllegalStateException if the host is no address
  public InetSocketAddress bindAddress() {
    var address = address();
    if (address == null) {
      throw new IllegalStateException(url + " is nowhere to bind");
    }
    return new InetSocketAddress(address, port);
  }

  public boolean isLoopback() {
    var address = address();
    return address != null && address.isLoopbackAddress();
  }

  /// The address that the host stands for without asking anybody; null if it is a name.
  private @Nullable InetAddress address() {
    if (host.equals("localhost")) {
      return InetAddress.getLoopbackAddress();
    }
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Override
  public String toString() {
    return url;
  }
}
