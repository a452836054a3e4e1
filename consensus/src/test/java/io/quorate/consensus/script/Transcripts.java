package io.quorate.consensus.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The transcripts of a protocol: under each command stands exactly what the members do.
/// `-Dtranscripts.rewrite=true` writes down what they do now; read the difference.
public final class Transcripts {
  private final Path directory;
  private final Dialect dialect;

  /// @param dialect its protocol's name is the folder's
  public Transcripts(Dialect dialect) {
    this.directory =
        Path.of("..", "consensus", "src", "test", "resources", "io", "quorate", "consensus")
            .resolve(dialect.protocol().name());
    this.dialect = dialect;
  }

  public List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".txt"))
          .sorted()
          .toList();
    }
  }

  public void check(String name) throws IOException {
    var file = directory.resolve(name);
    var expected = Files.readString(file);
    var played = play(expected);
    if (Boolean.getBoolean("transcripts.rewrite")) {
      Files.writeString(file, played);
    } else {
      assertThat(played).isEqualTo(expected);
    }
  }

  private String play(String transcript) {
    var scene = new Scene(dialect);
    var played = new StringBuilder();
    transcript
        .lines()
        .forEach(line -> {
          if (line.startsWith("> ")) {
            played.append(line).append('\n').append(scene.run(line.substring(2)));
          } else if (!line.startsWith("  ")) {
            played.append(line).append('\n');
          }
        });
    return played.toString();
  }
}
