package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    var commandLine = new CommandLine(new SimCommand());
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    commandLine.setExecutionExceptionHandler((e, command, result) -> {
      command.getErr().println(e.getMessage());
      return e instanceof IllegalArgumentException ? 2 : 1;
    });
    return commandLine.execute(arguments);
  }

  @Test
  void oneSeedIsRunAndSummedUpInTheLastLine() {
    assertThat(run("--seed", "7")).isZero();
    assertThat(out.toString().strip()).endsWith("seed 7, every promise kept");
  }

  @Test
  void aTraceHasALinePerEventAndIsTheSameEachTime() {
    run("--seed", "3", "--keep", "none", "--nodes", "3", "--trace");
    var first = out.toString().lines().filter(line -> line.contains(" node ")).toList();
    out.getBuffer().setLength(0);
    run("--seed", "3", "--keep", "none", "--nodes", "3", "--trace");
    assertThat(out.toString().lines().filter(line -> line.contains(" node ")).toList())
        .isEqualTo(first)
        .hasSizeGreaterThan(1_000);
  }

  @Test
  void manySeedsRunOnAllCores() {
    assertThat(run("--seeds", "6", "--threads", "3")).isZero();
    assertThat(out.toString()).contains("6 seeds from ").contains("every promise kept");
  }

  @ParameterizedTest
  @CsvSource({
    "--protocol chubby, --protocol is one of raft",
    "--nodes 12, --nodes is 1 to 9",
    "--seeds 0, --seeds and --threads are at least 1",
    "--faults rain, --faults is calm or swarm",
    "--keep 3, --trace and --keep go with --seed",
    "--trace, --trace and --keep go with --seed",
    "--seed 1 --keep x, '--keep takes numbers such as 3,17, or none'",
    "--minutes 1e9, --minutes is up to 600"
  })
  void wrongUsageGetsASentence(String arguments, String sentence) {
    assertThat(run(arguments.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).contains(sentence);
  }
}
