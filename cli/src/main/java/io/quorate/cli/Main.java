package io.quorate.cli;

import io.quorate.client.QuorateException;
import io.quorate.server.config.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `quorate`, the one command with all others below it.
@Command(
    name = "quorate",
    description = "A strongly consistent, replicated key-value store that speaks the etcd v3 API.",
    subcommands = {
      DevCommand.class,
      ServerCommand.class,
      PutCommand.class,
      GetCommand.class,
      DelCommand.class,
      TxnCommand.class,
      WatchCommand.class,
      LeaseCommand.class,
      CompactCommand.class,
      StatusCommand.class,
      HashKvCommand.class,
      SnapshotCommand.class,
      SimCommand.class,
      CompareCommand.class,
      AutoComplete.GenerateCompletion.class
    },
    versionProvider = VersionLine.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "quorate dev starts a cluster of three nodes on this machine;",
      "quorate COMMAND --help tells more about a command."
    })
public final class Main extends CommandGroup {
  private static final int FAILURE = 1;
  private static final int USAGE = 2;

  public static void main(String[] arguments) {
    int exit = run(arguments);
    Logging.end();
    System.exit(exit);
  }

  /// Runs a command line; the exit code is 0, 1 for a failure, 2 for wrong usage.
  static int run(String... arguments) {
    Logging.configure("warn", "text");
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    var commandLine = new CommandLine(new Main());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    // What begins with @ is a key or a value, and not the name of a file with arguments.
    commandLine.setExpandAtFiles(false);
    commandLine.setExecutionExceptionHandler(Main::failed);
    return commandLine;
  }

  private static int failed(Exception e, CommandLine commandLine, CommandLine.ParseResult result)
      throws Exception {
    PrintWriter err = commandLine.getErr();
    return switch (e) {
      case UsageException wrong -> {
        err.println("quorate: " + wrong.getMessage());
        yield USAGE;
      }
      case QuorateException failed -> {
        err.println("quorate: " + failed.getMessage());
        if (failed instanceof QuorateException.Unknown) {
          err.println("The write may or may not have taken effect.");
        }
        yield FAILURE;
      }
      case IOException failed -> {
        err.println("quorate: " + failed.getMessage());
        yield FAILURE;
      }
      case IllegalArgumentException wrong -> {
        err.println("quorate: " + wrong.getMessage());
        yield USAGE;
      }
      default -> throw e;
    };
  }
}
