package io.quorate.cli;

import java.io.Console;
import org.jspecify.annotations.Nullable;

/// The person at the keyboard, if there is one.
final class Terminal {
  private Terminal() {}

  @SuppressWarnings("SystemConsoleNull") // which it is is up to the system property jdk.console
  private static @Nullable Console console() {
    var console = System.console();
    return console != null && console.isTerminal() ? console : null;
  }

  static boolean isThere() {
    return console() != null;
  }

  /// Asks a question whose answer is no unless it is yes.
  static boolean confirms(String question) {
    var console = console();
    var answer = console == null ? null : console.readLine("%s [y/N] ", question);
    return answer != null && answer.strip().equalsIgnoreCase("y");
  }
}
