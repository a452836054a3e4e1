package io.quorate.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Plays the transcripts: under each command stands exactly what the members do.
/// `-Dtranscripts.rewrite=true` writes down what they do now; read the difference.
class TranscriptTest {
  private static final Path DIRECTORY =
      Path.of("src", "test", "resources", "io", "quorate", "consensus", "raft");

  static List<String> transcripts() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".txt"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void membersDoWhatIsWritten(String name) throws IOException {
    var file = DIRECTORY.resolve(name);
    var expected = Files.readString(file);
    var played = play(expected);
    if (Boolean.getBoolean("transcripts.rewrite")) {
      Files.writeString(file, played);
    } else {
      assertThat(played).isEqualTo(expected);
    }
  }

  private static String play(String transcript) {
    var scene = new Scene();
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
