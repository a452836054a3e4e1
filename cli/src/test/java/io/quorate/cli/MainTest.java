package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// What holds for all command lines.
class MainTest {
  private record Ran(int exit, String out, String err) {}

  @TempDir Path directory = Path.of("");

  private static Ran run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exit = commandLine.execute(arguments);
    return new Ran(exit, out.toString(), err.toString());
  }

  @Test
  void aFileIsNeverReadForAnArgument() throws Exception {
    var file = directory.resolve("alice");
    Files.writeString(file, "secret");
    var words = List.of("put", "user", "@" + file);
    CommandLine.ParseResult parsed =
        Main.commandLine().parseArgs(words.toArray(String[]::new)).subcommand();
    assertThat(parsed.matchedPositionals().stream().flatMap(each -> each.stringValues().stream()))
        .containsExactly("user", "@" + file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e300", "0", "-1", "NaN", "0.0001", "Infinity"})
  void aTimeoutThatIsNoneIsRefused(String timeout) {
    var ran = run("get", "k", "--endpoints=127.0.0.1:1", "--timeout=" + timeout);
    assertThat(ran.exit).isEqualTo(2);
    assertThat(ran.err)
        .isEqualToIgnoringNewLines(
            "quorate: --timeout needs a number of seconds from 0.001 to 31536000, which is a year");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-version"})
  void aServerTellsItsVersion(String flag) {
    var ran = run("server", flag);
    assertThat(ran.exit).isZero();
    assertThat(ran.out).startsWith("quorate ").contains("etcd API");
  }
}
