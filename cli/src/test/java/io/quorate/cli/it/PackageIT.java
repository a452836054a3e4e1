package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.it.Cluster.Ran;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What `mvn package` makes, unpacked on a machine that has a JDK 25 and nothing else.
class PackageIT {
  private static final Path ARCHIVE = Path.of("target", "quorate-0.1.0.tar.gz").toAbsolutePath();
  private static final Path PLACE = Path.of("target", "it", "package").toAbsolutePath();
  private static final Path HOME = PLACE.resolve("quorate-0.1.0");

  @BeforeAll
  static void unpack() throws Exception {
    Cluster.delete(PLACE);
    Files.createDirectories(PLACE);
    var ran = Cluster.run(List.of("tar", "-xzf", ARCHIVE.toString(), "-C", PLACE.toString()));
    assertThat(ran.exit()).as(ran.err()).isZero();
  }

  /// The launcher with nothing on PATH but the JDK, and nothing else in the environment.
  private static ProcessBuilder launch(Map<String, String> more, String... arguments) {
    return launch(HOME, more, arguments);
  }

  private static ProcessBuilder launch(Path home, Map<String, String> more, String... arguments) {
    var command = new ArrayList<>(List.of(home.resolve("bin/quorate").toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", Path.of(System.getProperty("java.home"), "bin").toString());
    builder.environment().putAll(more);
    return builder;
  }

  private static Ran run(String... arguments) throws Exception {
    return Cluster.run(launch(Map.of(), arguments));
  }

  private static List<String> server(String name, int port) throws IOException {
    var client = "http://127.0.0.1:" + port;
    var peer = "http://127.0.0.1:" + Cluster.freePort();
    return List.of(
        "server",
        "--data-dir=" + PLACE.resolve(name),
        "--listen-client-urls=" + client,
        "--advertise-client-urls=" + client,
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=default=" + peer);
  }

  /// Serves one put and one get.
  ///
  /// @return what the server printed
  private static List<String> serve(String name, Map<String, String> environment) throws Exception {
    int port = Cluster.freePort();
    var builder = launch(environment, server(name, port).toArray(String[]::new));
    try (var server = new Follow(builder)) {
      server.await("ready to serve client requests");
      var endpoint = "--endpoints=127.0.0.1:" + port;
      assertThat(run("put", "greeting", "hello", endpoint).out()).isEqualTo("OK, revision 2");
      assertThat(run("get", "greeting", endpoint).out()).isEqualTo("hello");
      assertThat(server.terminate()).isZero();
      return server.lines();
    }
  }

  @Test
  void itHoldsWhatIsNeededAndNothingOfTheBuild() {
    assertThat(List.of("README.md", "LICENSE", "CHANGELOG.md", "packaging/Dockerfile"))
        .allMatch(each -> Files.exists(HOME.resolve(each)));
    assertThat(HOME.resolve("packaging/quorate.service"))
        .content()
        .contains("ExecStart=", "RestartPreventExitStatus=2");
    assertThat(HOME.resolve("lib/server.aot")).as("trained").exists();
    assertThat(HOME.resolve("lib/.built")).doesNotExist();
  }

  @Test
  void itServesFromItsArchive() throws Exception {
    var log = PLACE.resolve("aot.log");
    var printed = serve("data", Map.of("QUORATE_JAVA_OPTS", "-Xlog:class+load:file=" + log));
    assertThat(printed).noneMatch(line -> line.contains("[aot]") || line.contains("WARNING"));
    var ours =
        Files.readAllLines(log).stream()
            .filter(line -> line.contains(" io.quorate.server.Server source:"))
            .toList();
    assertThat(ours).hasSize(1).allMatch(line -> line.contains("shared objects file"));
  }

  @Test
  void itRunsBelowADirectoryWithASpace() throws Exception {
    var above = Files.createDirectories(PLACE.resolve("a b"));
    var home = above.resolve(HOME.getFileName());
    var ran = Cluster.run(List.of("cp", "-r", HOME.toString(), home.toString()));
    assertThat(ran.exit()).as(ran.err()).isZero();
    for (var command : List.of("put", "server", "sim", "compare")) {
      var options = Map.of("QUORATE_JAVA_OPTS", "-Xmx300m  -Dany=*");
      var help = Cluster.run(launch(home, options, command, "--help"));
      assertThat(help.exit()).as(help.err()).isZero();
      assertThat(help.err()).isEmpty();
      assertThat(help.out()).contains("Usage: quorate " + command);
    }
  }

  /// The log tells that it did, and nothing of the nodes that it ran for that.
  @Test
  void itWarmsUpBeforeItServes() throws Exception {
    var printed = serve("warm", Map.of());
    assertThat(printed).filteredOn(line -> line.contains("warmed up with")).hasSize(1);
    assertThat(printed).noneMatch(line -> line.matches(".*warm[01].*"));
    assertThat(printed).filteredOn(line -> line.contains("ready to serve")).hasSize(1);
    assertThat(PLACE.resolve("warm/warm-up")).doesNotExist();
  }

  @Test
  void anArchiveOfAnotherJvmIsPassedOverInSilence() throws Exception {
    var archive = HOME.resolve("lib/server.aot");
    var whole = PLACE.resolve("server.aot.whole");
    Files.move(archive, whole);
    Files.copy(whole, archive);
    try {
      nameAnotherJvm(archive);
      var log = PLACE.resolve("other.log");
      var printed = serve("other", Map.of("QUORATE_JAVA_OPTS", "-Xlog:class+load:file=" + log));
      assertThat(printed).allMatch(line -> line.contains(" INFO ") || line.contains(" WARN "));
      assertThat(Files.readString(log))
          .contains("io.quorate.server.Server source: file:")
          .doesNotContain("shared objects file (top)");
    } finally {
      Files.delete(archive);
      Files.move(whole, archive);
    }
  }

  /// The head of an archive names the JVM that wrote it.
  private static void nameAnotherJvm(Path archive) throws IOException {
    try (var file = new RandomAccessFile(archive.toFile(), "rw")) {
      var head = new byte[4096];
      file.readFully(head);
      int at = new String(head, StandardCharsets.ISO_8859_1).indexOf("OpenJDK 64-Bit Server VM");
      assertThat(at).as("the JVM's name in the head").isPositive();
      file.seek(at);
      file.write("ElseJDK".getBytes(StandardCharsets.US_ASCII));
    }
  }
}
