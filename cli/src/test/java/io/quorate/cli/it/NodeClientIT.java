package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `etcd3`, a client for Node from npm, against three processes, by each protocol. What it does
/// there is told in `src/test/node/etcd3.js`.
class NodeClientIT {
  private static final Path SOURCE = Path.of("src", "test", "node");
  private static final Path DIRECTORY = Path.of("target", "node").toAbsolutePath();

  private static Path node = Path.of("node");

  /// The packages stay in `target/` for as long as the lock file is the same.
  @BeforeAll
  static void install() throws Exception {
    var remedy = "install Node 18 or newer, and npm";
    node = Tools.onPath("node").orElseThrow(() -> Tools.missing("node", remedy));
    var npm = Tools.onPath("npm").orElseThrow(() -> Tools.missing("npm", remedy));
    Files.createDirectories(DIRECTORY);
    var installed = DIRECTORY.resolve("installed-lock.json");
    if (!Files.exists(installed)
        || Files.mismatch(installed, SOURCE.resolve("package-lock.json")) >= 0) {
      copy(".npmrc", ".npmrc");
      copy("package.json", "package.json");
      copy("package-lock.json", "package-lock.json");
      var ran = Cluster.run(new ProcessBuilder(npm.toString(), "ci").directory(DIRECTORY.toFile()));
      if (ran.exit() != 0) {
        throw Tools.missing("etcd3", "npm ci says " + ran.err());
      }
      copy("package-lock.json", installed.getFileName().toString());
    }
    copy("etcd3.js", "etcd3.js");
  }

  private static void copy(String from, String to) throws IOException {
    Files.copy(SOURCE.resolve(from), DIRECTORY.resolve(to), StandardCopyOption.REPLACE_EXISTING);
  }

  @ParameterizedTest
  @MethodSource("io.quorate.node.Protocols#names")
  void isServed(String protocol) throws Exception {
    try (var cluster = Cluster.of(3, "node-client", "--protocol=" + protocol).startAll()) {
      var urls =
          IntStream.rangeClosed(1, cluster.size())
              .mapToObj(each -> "http://" + cluster.endpoint(each))
              .collect(Collectors.joining(","));
      var program = DIRECTORY.resolve("etcd3.js").toString();
      var ran = Cluster.run(List.of(node.toString(), program, urls));
      assertThat(ran.exit()).as(ran.err()).isZero();
      assertThat(ran.out().lines())
          .containsExactlyInAnyOrder(
              "keys", "transactions", "watches", "leases", "locks", "softwareTransactions");
    }
  }
}
