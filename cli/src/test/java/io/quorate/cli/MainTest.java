package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// What holds for all command lines.
class MainTest {
  @TempDir Path directory = Path.of("");

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
}
