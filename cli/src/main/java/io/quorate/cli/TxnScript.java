package io.quorate.cli;

import io.quorate.client.ByteSequence;
import io.quorate.client.Comparison;
import io.quorate.client.Operation;
import io.quorate.client.Transaction;
import io.quorate.server.config.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine;

/// A transaction in the words of `etcdctl txn`: `value("key") = "text"` for a comparison, and the
/// commands put, get and del for what is done.
final class TxnScript {
  // Possessive: what may be taken back costs a level of the stack for each character.
  private static final String QUOTED = "\"(?:[^\"\\\\]++|\\\\.)*+\"";
  private static final Pattern COMPARISON =
      Pattern.compile(
          "\\s*(\\w+)\\s*\\(\\s*(%s)\\s*\\)\\s*(=|!=|<|>)\\s*(%s|[0-9a-fA-F]+)\\s*"
              .formatted(QUOTED, QUOTED));
  private static final Pattern WORD =
      Pattern.compile("%s|'[^']*'|[^\\s'\"][^\\s]*".formatted(QUOTED));

  private TxnScript() {}

  /// Reads comparisons, an empty line, what is done if they hold, an empty line, and what is done
  /// if one does not; the end may come at any empty line.
  ///
  /// @param ask hears before each part what it is
  static Transaction read(BufferedReader in, Consumer<String> ask) throws IOException {
    var lines = new Lines(in);
    ask.accept("compares:");
    var when = lines.part(TxnScript::comparison);
    ask.accept("success requests (get, put, del):");
    var then = lines.part(TxnScript::operation);
    ask.accept("failure requests (get, put, del):");
    var otherwise = lines.part(TxnScript::operation);
    return new Transaction(when, then, otherwise);
  }

  private static final class Lines {
    private final BufferedReader in;
    private int number;

    Lines(BufferedReader in) {
      this.in = in;
    }

    /// What stands up to the next empty line.
    <T> List<T> part(Function<String, T> form) throws IOException {
      var all = new ArrayList<T>();
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        if (line.isBlank()) {
          break;
        }
        try {
          all.add(form.apply(line));
        } catch (UsageException e) {
          throw new UsageException("line %d: %s".formatted(number, e.getMessage()));
        }
      }
      return all;
    }
  }

  static Comparison comparison(String text) {
    var parts = COMPARISON.matcher(text);
    if (!parts.matches()) {
      throw new UsageException(
          "\"%s\" is no comparison: write value(\"KEY\") = \"TEXT\", or version, create, mod or lease,"
                  .formatted(text.strip())
              + " with =, !=, < or > and a number");
    }
    var key = ByteSequence.of(unquoted(parts.group(2)));
    var relation =
        switch (parts.group(3)) {
          case "=" -> Comparison.Relation.EQUAL;
          case "!=" -> Comparison.Relation.NOT_EQUAL;
          case "<" -> Comparison.Relation.LESS;
          default -> Comparison.Relation.GREATER;
        };
    var operand = unquoted(parts.group(4));
    return switch (parts.group(1)) {
      case "val", "value" -> new Comparison.OfValue(key, relation, ByteSequence.of(operand));
      case "ver", "version" -> number(key, Comparison.Field.VERSION, relation, operand);
      case "c", "create" -> number(key, Comparison.Field.CREATE_REVISION, relation, operand);
      case "m", "mod" -> number(key, Comparison.Field.MOD_REVISION, relation, operand);
      case "lease" ->
          new Comparison.OfNumber(key, Comparison.Field.LEASE, relation, lease(operand));
      default ->
          throw new UsageException(
              "nothing of a key is called \"%s\": compare value, version, create, mod or lease"
                  .formatted(parts.group(1)));
    };
  }

  private static Comparison number(
      ByteSequence key, Comparison.Field field, Comparison.Relation relation, String operand) {
    try {
      return new Comparison.OfNumber(key, field, relation, Long.parseLong(operand));
    } catch (NumberFormatException e) {
      throw new UsageException("\"%s\" is no number".formatted(operand));
    }
  }

  private static long lease(String operand) {
    try {
      return LeaseId.parse(operand);
    } catch (CommandLine.TypeConversionException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  static Operation operation(String text) {
    var words = words(text);
    var name = words.isEmpty() ? "" : words.getFirst();
    var arguments = words.stream().skip(1).toArray(String[]::new);
    return switch (name) {
      case "put" -> parsed(new PutOptions(), arguments).operation();
      case "get" -> parsed(new GetOptions(), arguments).operation();
      case "del" -> parsed(new DelOptions(), arguments).operation();
      default ->
          throw new UsageException(
              "\"%s\" is nothing that a transaction can do: write put KEY VALUE, get KEY or del KEY"
                  .formatted(text.strip()));
    };
  }

  private static <T> T parsed(T options, String[] arguments) {
    try {
      var parser = new CommandLine(options);
      parser.setCaseInsensitiveEnumValuesAllowed(true);
      parser.setExpandAtFiles(false);
      parser.parseArgs(arguments);
      return options;
    } catch (CommandLine.ParameterException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /// Words as a shell would take them: between double quotes with escapes, between single quotes as
  /// they are.
  static List<String> words(String text) {
    var words = new ArrayList<String>();
    var word = WORD.matcher(text);
    int end = 0;
    while (word.find()) {
      if (!text.substring(end, word.start()).isBlank()) {
        break;
      }
      words.add(unquoted(word.group()));
      end = word.end();
    }
    if (!text.substring(end).isBlank()) {
      throw new UsageException("a quote is not closed in: " + text.strip());
    }
    return words;
  }

  private static String unquoted(String word) {
    if (word.startsWith("'")) {
      return word.substring(1, word.length() - 1);
    }
    return word.startsWith("\"") ? unescaped(word.substring(1, word.length() - 1)) : word;
  }

  private static String unescaped(String text) {
    try {
      return text.translateEscapes();
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "\"%s\" has an escape that is not known: there are \\\\ \\\" \\n \\r \\t and octal \\101"
              .formatted(text));
    }
  }
}
