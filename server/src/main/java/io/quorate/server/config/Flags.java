package io.quorate.server.config;

import io.quorate.server.config.ConfigFile.Form;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Reads flags as etcd reads them: `--name value`, `--name=value`, `-name value`, the environment
/// (`QUORATE_NAME`, else `ETCD_NAME`; etcd-F1), and a file for what neither says.
///
/// Other than etcd's, a file is the base: what flags and environment say, is said. What nobody
/// knows is refused, in the environment warned of.
final class Flags {
  /// A flag that this server knows.
  ///
  /// @param value what stands for its value in the help
  record Flag(String name, String value, String fallback, String help) {
    /// Whether it takes a span of time; in a file that may be a number of nanoseconds (etcd-F2).
    boolean isDuration() {
      return value.equals("DURATION");
    }

    /// Whether it takes several values with commas between, which a file may give as a list.
    boolean isList() {
      return value.equals("URLS") || value.endsWith(",…");
    }
  }

  /// Variables of the same names as flags would have.
  private static final Set<String> NO_FLAGS = Set.of("QUORATE_JAVA_OPTS", "ETCD_VERSION");

  private static final String CONFIG_FILE = "config-file";
  private static final String OURS = "QUORATE_";
  private static final String ETCDS = "ETCD_";

  /// What somebody gave.
  ///
  /// @param origin ` (…)`, where it was given, for messages; empty for the command line
  private record Given(String text, String origin) {}

  private final Map<String, Flag> known = new LinkedHashMap<>();
  private final Map<String, Given> given = new TreeMap<>();
  private final List<String> warnings = new ArrayList<>();

  Flags(List<Flag> flags) {
    flags.forEach(flag -> known.put(flag.name, flag));
  }

  /// What was taken but means nothing here, or not what it seems to, a sentence each.
  List<String> warnings() {
    return warnings;
  }

  /// Takes what is given: a flag, else `QUORATE_NAME`, else `ETCD_NAME`, else the file.
  ///
  /// @throws UsageException if something cannot be taken, with what and where
  void read(List<String> arguments, Map<String, String> environment) {
    for (int i = 0; i < arguments.size(); i++) {
      i += readOne(arguments, i);
    }
    known.values().forEach(flag -> fromEnvironment(flag, environment));
    new TreeMap<>(environment).forEach(this::otherVariable);
    if (known.containsKey(CONFIG_FILE) && !text(CONFIG_FILE).isEmpty()) {
      var file = text(CONFIG_FILE);
      ConfigFile.read(file).forEach(setting -> fromFile(file, setting));
    }
  }

  // Command line

  /// @return how many further arguments belong to it
  private int readOne(List<String> arguments, int at) {
    var argument = arguments.get(at);
    if (!argument.matches("(?s)--?[^-=].*")) {
      throw new UsageException(
          "\"%s\" is not a valid flag: flags are written --name value or --name=value"
              .formatted(argument));
    }
    var text = argument.substring(argument.startsWith("--") ? 2 : 1);
    int equals = text.indexOf('=');
    var name = equals < 0 ? text : text.substring(0, equals);
    var flag = flagOrNull(name);
    boolean isSwitch = flag == null && EtcdFlags.isSwitch(name);
    if (flag == null && !EtcdFlags.isKnown(name)) {
      throw new UsageException(
          "flag provided but not defined: -%s%s; see ./quorate server --help"
              .formatted(name, Nearest.hint(name, known.keySet())));
    }
    String value;
    int further = 0;
    if (equals >= 0) {
      value = text.substring(equals + 1);
    } else if (isSwitch) {
      value = "true";
    } else if (at + 1 < arguments.size()) {
      value = arguments.get(at + 1);
      further = 1;
    } else {
      throw new UsageException(
          "flag needs an argument: --%s %s".formatted(name, flag == null ? "VALUE" : flag.value));
    }
    if (flag != null) {
      given.put(flag.name, new Given(value, ""));
    } else {
      withoutUse(name, value, "--%s is a flag of etcd's".formatted(name), "");
    }
    return further;
  }

  /// The flag of this name, or of the one that it had while etcd had it on trial.
  private @Nullable Flag flagOrNull(String name) {
    return known.get(EtcdFlags.withoutTrial(name));
  }

  /// Takes what only etcd has a use for.
  ///
  /// @param what it is, as the subject of a sentence and its verb
  private void withoutUse(String name, String value, String what, String origin) {
    EtcdFlags.notOffered(name, value)
        .ifPresent(lacking -> {
          throw new UsageException(
              "--%s%s asks for what is not offered yet: %s".formatted(name, origin, lacking));
        });
    warnings.add(
        "%s that has no effect here%s"
            .formatted(what, EtcdFlags.instead(name).map(": "::concat).orElse("")));
  }

  // Environment

  private void fromEnvironment(Flag flag, Map<String, String> environment) {
    var suffix = flag.name.toUpperCase(Locale.ROOT).replace('-', '_');
    for (var variable : List.of(OURS + suffix, ETCDS + suffix, ETCDS + "EXPERIMENTAL_" + suffix)) {
      var value = environment.get(variable);
      if (value == null || value.isEmpty()) {
        continue;
      }
      if (given.containsKey(flag.name)) {
        throw new UsageException(
            "--%s is given and %s is set too: remove one of them".formatted(flag.name, variable));
      }
      given.put(flag.name, new Given(value, " (set by %s)".formatted(variable)));
      return;
    }
  }

  /// Says what becomes of a variable that stands for none of the known flags.
  private void otherVariable(String variable, String value) {
    boolean ours = variable.startsWith(OURS);
    if (value.isEmpty() || !(ours || variable.startsWith(ETCDS)) || NO_FLAGS.contains(variable)) {
      return;
    }
    var prefix = ours ? OURS : ETCDS;
    var name = variable.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '-');
    if (known.containsKey(name) || (!ours && flagOrNull(name) != null)) {
      return;
    }
    if (!ours && EtcdFlags.isKnown(name)) {
      withoutUse(
          name,
          value,
          "%s is a variable of etcd's".formatted(variable),
          " (set by %s)".formatted(variable));
    } else {
      warnings.add(
          "%s has no effect: no flag is called --%s%s"
              .formatted(variable, name, Nearest.hint(name, known.keySet())));
    }
  }

  // File

  private void fromFile(String file, ConfigFile.Setting setting) {
    var place = "%s, line %d".formatted(file, setting.line());
    var flag = flagOrNull(setting.key());
    if (flag == null) {
      keyOfEtcds(setting, place);
    } else if (flag.name.equals(CONFIG_FILE)) {
      throw new UsageException(place + ": a file cannot name another one to read");
    } else if (setting.form() == Form.LIST && !flag.isList()) {
      throw new UsageException(
          "%s: \"%s\" has one value, not a list".formatted(place, setting.key()));
    } else if (setting.form() != Form.NOTHING) {
      boolean nanos = setting.form() == Form.NUMBER && flag.isDuration();
      given.putIfAbsent(
          flag.name,
          new Given(nanos ? setting.text() + "ns" : setting.text(), " (%s)".formatted(place)));
    }
  }

  private void keyOfEtcds(ConfigFile.Setting setting, String place) {
    var key = setting.key();
    if (!EtcdFlags.isKnownKey(key)) {
      throw new UsageException(
          "%s: there is no key \"%s\"%s".formatted(place, key, hintForKey(key)));
    }
    if (setting.form() == Form.NOTHING) {
      return;
    }
    if (key.contains(".")) {
      EtcdFlags.notOffered(key, setting.text())
          .ifPresent(lacking -> {
            throw new UsageException(
                "%s: \"%s\" asks for what is not offered yet: %s".formatted(place, key, lacking));
          });
    } else {
      withoutUse(
          key,
          setting.text(),
          "%s: \"%s\" is a key of etcd's".formatted(place, key),
          " (%s)".formatted(place));
    }
  }

  private String hintForKey(String key) {
    int dot = key.indexOf('.');
    if (dot >= 0) {
      return Nearest.hint(key.substring(dot + 1), EtcdFlags.keysOf(key.substring(0, dot)));
    }
    var names = new ArrayList<>(known.keySet());
    names.addAll(EtcdFlags.names());
    return Nearest.hint(key, names);
  }

  // Values

  /// Warns of a flag that nothing goes by yet, if it has another value than its default.
  void warnIfWithoutEffect(String name) {
    if (!text(name).equals(flag(name).fallback)) {
      warnings.add("--%s is known and has no effect yet".formatted(name));
    }
  }

  boolean isGiven(String name) {
    return given.containsKey(name);
  }

  String text(String name) {
    var value = given.get(name);
    return value == null ? flag(name).fallback : value.text;
  }

  private Flag flag(String name) {
    var flag = known.get(name);
    if (flag == null) {
      throw new IllegalArgumentException("no flag is called " + name);
    }
    return flag;
  }

  /// A value that something else makes of a flag's name and text.
  ///
  /// @throws UsageException what that throws, with where the text was given
  <T> T as(String name, BiFunction<String, String, T> parser) {
    try {
      return parser.apply(name, text(name));
    } catch (UsageException e) {
      var value = given.get(name);
      throw new UsageException(e.getMessage() + (value == null ? "" : value.origin));
    }
  }

  /// A whole number within bounds.
  long number(String name, long least, long most) {
    return as(
        name,
        (flag, text) -> {
          Long value = parse(text);
          if (value == null || value < least || value > most) {
            throw new UsageException(
                "--%s needs a whole number from %d to %d, not \"%s\""
                    .formatted(flag, least, most, text));
          }
          return value;
        });
  }

  private static @Nullable Long parse(String text) {
    try {
      return Long.valueOf(text.strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /// A span of time, as Go writes it.
  Duration duration(String name, Duration least) {
    return as(
        name,
        (flag, text) -> {
          try {
            var value = GoDuration.parse(text.strip());
            if (value.compareTo(least) >= 0) {
              return value;
            }
          } catch (IllegalArgumentException e) {
            // Told below.
          }
          throw new UsageException(
              "--%s needs a span of time from %dms up, such as 90s or 1h30m, not \"%s\""
                  .formatted(flag, least.toMillis(), text));
        });
  }

  String oneOf(String name, List<String> choices) {
    return as(
        name,
        (flag, text) -> {
          if (!choices.contains(text)) {
            throw new UsageException(
                "--%s is one of %s, not \"%s\"".formatted(flag, String.join(", ", choices), text));
          }
          return text;
        });
  }

  /// All known flags, one or two lines each.
  static String help(List<Flag> flags) {
    var text = new StringBuilder();
    for (var flag : flags) {
      text.append("  --%s %s%n".formatted(flag.name, flag.value));
      text.append("        %s".formatted(flag.help));
      if (!flag.fallback.isEmpty()) {
        text.append(" (default %s)".formatted(flag.fallback));
      }
      text.append(System.lineSeparator());
    }
    return text.toString();
  }
}
