package io.quorate.cli;

import com.google.gson.JsonObject;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/// How a command prints what it found: the option of all commands that talk to a cluster. Results
/// go to stdout, everything else to stderr.
final class Output {
  enum Form {
    TABLE,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
  CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      defaultValue = "table",
      description =
          "table, or json: one object, or one a line from a stream (default: ${DEFAULT-VALUE}).")
  Form form = Form.TABLE;

  boolean isJson() {
    return form == Form.JSON;
  }

  void line(String text) {
    spec.commandLine().getOut().println(text);
  }

  void json(JsonObject object) {
    line(object.toString());
  }

  void table(Table table) {
    table.lines().forEach(this::line);
  }

  /// Something beside the result.
  void note(String text) {
    spec.commandLine().getErr().println(text);
  }

  /// Whether nobody reads the results any more, as behind `| head`.
  boolean isUnread() {
    return spec.commandLine().getOut().checkError();
  }
}
