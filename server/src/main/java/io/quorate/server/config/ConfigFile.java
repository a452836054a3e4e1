package io.quorate.server.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// A configuration file: YAML, and so JSON too, whose keys are the names of flags (etcd-F2).
///
/// What the keys mean is not known here; that each is there once is.
final class ConfigFile {
  private static final int MOST_BYTES = 1 << 20;

  /// One line of the file.
  ///
  /// @param key a flag's name; within a section `SECTION.KEY`
  /// @param text the value, as it is written; of a list the parts, with commas between
  /// @param form how it is written
  /// @param line where, from 1
  record Setting(String key, String text, Form form, int line) {}

  /// How a value is written.
  enum Form {
    /// `key:`, with nothing behind it.
    NOTHING,
    TEXT,
    /// A whole number without quotes.
    NUMBER,
    LIST,
  }

  private final String name;
  private final List<Setting> settings = new ArrayList<>();
  private final Map<String, Integer> lines = new HashMap<>();

  private ConfigFile(String name) {
    this.name = name;
  }

  /// @throws UsageException if it cannot be read, or is no YAML of this shape; with the line
  static List<Setting> read(String name) {
    var file = new ConfigFile(name);
    file.parse(content(name));
    return file.settings;
  }

  private static String content(String name) {
    try {
      var path = Path.of(name);
      if (Files.size(path) > MOST_BYTES) {
        throw unreadable(name, "it has more than %d bytes".formatted(MOST_BYTES));
      }
      return Files.readString(path);
    } catch (NoSuchFileException | InvalidPathException e) {
      throw unreadable(name, "there is no such file");
    } catch (CharacterCodingException e) {
      throw unreadable(name, "it is not written in UTF-8");
    } catch (IOException e) {
      throw unreadable(name, Files.isDirectory(Path.of(name)) ? "it is a directory" : e.toString());
    }
  }

  private static UsageException unreadable(String name, String why) {
    return new UsageException("--config-file: cannot read %s: %s".formatted(name, why));
  }

  private void parse(String content) {
    try {
      var compose =
          new Compose(
              LoadSettings.builder()
                  .setSchema(new CoreSchema())
                  .setAllowNonScalarKeys(true)
                  .build());
      compose
          .composeString(content)
          .ifPresent(root -> {
            if (isNothing(root)) {
              return;
            }
            if (!(root instanceof MappingNode mapping)) {
              throw wrong(root, "must begin with a key, as in \"name: n1\"");
            }
            read("", mapping);
          });
    } catch (MarkedYamlEngineException e) {
      throw new UsageException(
          "%s, line %d: %s"
              .formatted(
                  name,
                  e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1),
                  e.getProblem()));
    } catch (YamlEngineException e) {
      throw unreadable(name, String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " "));
    }
  }

  private void read(String section, MappingNode mapping) {
    for (var pair : mapping.getValue()) {
      if (!(pair.getKeyNode() instanceof ScalarNode keyNode)) {
        throw wrong(pair.getKeyNode(), "a key must be the name of a flag");
      }
      var key = section + keyNode.getValue();
      int line = lineOf(keyNode);
      var before = lines.put(key, line);
      if (before != null) {
        throw wrong(keyNode, "\"%s\" is set in line %d already".formatted(key, before));
      }
      switch (pair.getValueNode()) {
        case MappingNode inner when section.isEmpty() -> read(key + ".", inner);
        case SequenceNode list -> settings.add(new Setting(key, joined(list), Form.LIST, line));
        case ScalarNode scalar ->
            settings.add(new Setting(key, scalar.getValue(), formOf(scalar), line));
        default -> throw wrong(keyNode, "\"%s\" needs a plain value".formatted(key));
      }
    }
  }

  private String joined(SequenceNode list) {
    var parts = new ArrayList<String>();
    for (var part : list.getValue()) {
      if (!(part instanceof ScalarNode scalar)) {
        throw wrong(part, "a list holds plain values");
      }
      parts.add(scalar.getValue());
    }
    return String.join(",", parts);
  }

  private static Form formOf(ScalarNode scalar) {
    if (isNothing(scalar)) {
      return Form.NOTHING;
    }
    return scalar.getTag().equals(Tag.INT) ? Form.NUMBER : Form.TEXT;
  }

  private static boolean isNothing(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private UsageException wrong(Node node, String sentence) {
    return new UsageException("%s, line %d: %s".formatted(name, lineOf(node), sentence));
  }

  private static int lineOf(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }
}
