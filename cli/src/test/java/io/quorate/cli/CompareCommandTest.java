package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.Protocols;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CompareCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path directory = Path.of("");

  private int run(String... arguments) {
    var commandLine = new CommandLine(new CompareCommand());
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    commandLine.setExecutionExceptionHandler((e, command, result) -> {
      command.getErr().println(e.getMessage());
      return e instanceof IllegalArgumentException ? 2 : 1;
    });
    return commandLine.execute(arguments);
  }

  private int simulate(String seed, Path page, Path json) {
    return run(
        "--simulated-only",
        "--nodes=3",
        "--seeds=1",
        "--seed=" + seed,
        "--output=" + page,
        "--json=" + json);
  }

  @Test
  void theSameSeedsComeToTheSameFigures() throws IOException {
    var page = directory.resolve("page.html");
    var json = directory.resolve("1.json");
    var again = directory.resolve("2.json");
    var another = directory.resolve("3.json");
    assertThat(simulate("1", page, json)).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains(Protocols.names())
        .contains("What a write costs", "Partitions of 3 nodes", "What to choose for what");
    assertThat(page).content().startsWith("<!DOCTYPE html>");
    simulate("1", page, again);
    simulate("2", page, another);
    assertThat(metrics(again)).isEqualTo(metrics(json));
    assertThat(metrics(another)).isNotEqualTo(metrics(json));
  }

  private static String metrics(Path json) throws IOException {
    var text = Files.readString(json);
    return text.substring(text.indexOf("\"metrics\""));
  }

  @ParameterizedTest
  @CsvSource({
    "--simulated-only --real-only, --simulated-only and --real-only leave nothing to do",
    "--seeds 0, --seeds is 1 to 10000",
    "'--nodes 3,12', '--nodes are 3 to 9, not 12'",
    "'--nodes 3,3', --nodes names a size twice",
    "--nodes 1, '--nodes are 3 to 9, not 1'",
    "--output /no/such/directory/page.html, there is no such directory",
    "--output /, '--output / cannot be written'",
    "--json /no/such/directory/page.json, there is no such directory",
    "--data-dir /no/such/directory, is no directory that can be written to",
    "--quick=x, --quick",
    "--seeds many, --seeds"
  })
  void wrongUsageGetsASentenceBeforeAnythingIsDone(String arguments, String sentence) {
    long start = System.nanoTime();
    assertThat(run(arguments.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).contains(sentence);
    assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
  }
}
