package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.quorate.node.Protocols;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// `./quorate compare`, by the launcher, with real processes.
class CompareIT {
  private static final String LAUNCHER =
      Path.of("..", "quorate").toAbsolutePath().normalize().toString();

  private final Path directory = Path.of("target", "it", "compare").toAbsolutePath();

  private List<String> compare(String... arguments) throws Exception {
    Cluster.delete(directory);
    Files.createDirectories(directory.resolve("data"));
    var command = new ArrayList<>(List.of(LAUNCHER, "compare", "--data-dir=data"));
    command.addAll(List.of(arguments));
    return command;
  }

  private void nothingIsLeft() throws Exception {
    try (var left = Files.list(directory.resolve("data"))) {
      assertThat(left).isEmpty();
    }
    assertThat(
            ProcessHandle.allProcesses()
                .filter(process ->
                    process.info().commandLine().orElse("").contains(directory.toString())))
        .isEmpty();
  }

  private Process start(String... arguments) throws Exception {
    return new ProcessBuilder(compare(arguments))
        .directory(directory.toFile())
        .redirectOutput(directory.resolve("out").toFile())
        .redirectError(directory.resolve("err").toFile())
        .start();
  }

  /// Ends it by a signal if it has not ended by itself, so that it ends its nodes.
  private static void end(Process process) throws Exception {
    process.destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aQuickRunWritesThePage() throws Exception {
    var process = start("--quick", "--output=page.html", "--json=figures.json");
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    } finally {
      end(process);
    }
    assertThat(process.exitValue()).as(Files.readString(directory.resolve("err"))).isZero();
    assertThat(directory.resolve("out"))
        .content()
        .contains("puts/s, 64 clients", "after SIGKILL", "What to choose");
    assertThat(directory.resolve("page.html")).content().contains("<svg", "serializable gets/s");
    var figures =
        JsonParser.parseString(Files.readString(directory.resolve("figures.json")))
            .getAsJsonObject();
    for (var metric : figures.getAsJsonArray("metrics")) {
      assertThat(metric.getAsJsonObject().getAsJsonObject("of").keySet())
          .as(metric.toString())
          .containsExactlyElementsOf(Protocols.names());
    }
    nothingIsLeft();
  }

  @Test
  void ctrlCStopsEveryProcess() throws Exception {
    var process = start("--quick", "--real-only");
    try {
      Awaitility.await().atMost(Cluster.PATIENCE).until(() -> process.descendants().count() == 3);
      Cluster.run(List.of("kill", "-INT", String.valueOf(process.pid())));
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      end(process);
    }
    assertThat(directory.resolve("compare.html")).doesNotExist();
    nothingIsLeft();
  }
}
