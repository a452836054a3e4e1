package io.quorate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  private static final String FLAG = "listen-client-urls";

  @ParameterizedTest
  @CsvSource({
    "http://10.0.0.1:2379, 10.0.0.1, 2379",
    "http://localhost:1, localhost, 1",
    "http://n1.example.org:65535, n1.example.org, 65535",
    "http://etcd_1:2380, etcd_1, 2380",
    "http://[::1]:2379, ::1, 2379",
    "http://[fe80::1%lo]:2379, fe80::1%lo, 2379",
  })
  void aUrlIsHostAndPort(String url, String host, int port) {
    assertThat(Endpoint.parse(FLAG, url)).isEqualTo(new Endpoint(url, host, port)).hasToString(url);
  }

  private static void refused(String url, String sentence) {
    assertThatThrownBy(() -> Endpoint.parse(FLAG, url))
        .isInstanceOf(UsageException.class)
        .hasMessage("--listen-client-urls: \"%s\" %s", url, sentence);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10.0.0.1:2379", "localhost:2379", "ftp://h:1", "HTTP://h:1", "://"})
  void aUrlNamesItsScheme(String url) {
    refused(url, "must begin with http://, as in http://10.0.0.1:2379");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://10.0.0.1:2379", "unix:///run/etcd.sock", "unixs://h:1"})
  void otherSchemesOfEtcdAreForLater(String url) {
    refused(url, "cannot be served yet, this version speaks plain http only");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://",
        "http://10.0.0.1",
        "http://10.0.0.1:",
        "http://:2379",
        "http://10.0.0.1:2379/",
        "http://10.0.0.1:2379/v2",
        "http://10.0.0.1:2379?a=b",
        "http://10.0.0.1:2379#a",
        "http://me@10.0.0.1:2379",
        "http://10.0.0.1:http",
        "http://10.0.0.1:-1",
        "http://10.0.0.1:10000000000",
        "http://::1:2379",
        "http://[::1:2379",
        "http://a b:2379",
        "http://10.0.0.1:2379 ",
      })
  void aUrlHasNothingElse(String url) {
    refused(url, "must be host and port and nothing more, as in http://10.0.0.1:2379");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://10.0.0.1:0", "http://10.0.0.1:65536", "http://[::1]:999999999"})
  void aPortHasItsRange(String url) {
    refused(url, "must have a port from 1 to 65535");
  }

  @Test
  void aListIsSeparatedByCommas() {
    assertThat(Endpoint.list(FLAG, "http://10.0.0.1:1, http://[::1]:2"))
        .extracting(Endpoint::url)
        .containsExactly("http://10.0.0.1:1", "http://[::1]:2");
    assertThatThrownBy(() -> Endpoint.list(FLAG, " "))
        .hasMessage("--listen-client-urls needs at least one URL, such as http://10.0.0.1:2379");
    assertThatThrownBy(() -> Endpoint.list(FLAG, "http://10.0.0.1:1,"))
        .hasMessageStartingWith("--listen-client-urls: \"\" must begin with http://");
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:7, 127.0.0.1, true",
    "http://127.0.0.2:7, 127.0.0.2, true",
    "http://[::1]:7, 0:0:0:0:0:0:0:1, true",
    "http://0.0.0.0:7, 0.0.0.0, false",
    "http://[::]:7, 0:0:0:0:0:0:0:0, false",
    "http://10.0.0.1:7, 10.0.0.1, false",
  })
  void anAddressCanBeBound(String url, String address, boolean loopback) {
    var endpoint = Endpoint.listToBind(FLAG, url).getFirst();
    assertThat(endpoint.bindAddress().getAddress().getHostAddress()).isEqualTo(address);
    assertThat(endpoint.bindAddress().getPort()).isEqualTo(7);
    assertThat(endpoint.isLoopback()).isEqualTo(loopback);
  }

  /// Some of these look like addresses; none is ever asked of a name server.
  @ParameterizedTest
  @ValueSource(strings = {"n1.example.org", "cafe", "256.0.0.1", "1.2.3.4.5"})
  void aNameCannotBeBound(String host) {
    var url = "http://%s:2379".formatted(host);
    assertThatThrownBy(() -> Endpoint.listToBind(FLAG, url))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "--listen-client-urls: expected IP in URL for binding, as in http://0.0.0.0:2379, not"
                + " \"%s\"",
            url);
    assertThat(Endpoint.parse(FLAG, url).isLoopback()).isFalse();
  }
}
