package io.quorate.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// A command that does nothing but hold others.
abstract class CommandGroup implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public final void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
  }
}
