package io.quorate.consensus.zab;

import io.quorate.consensus.script.Transcripts;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Plays Zab's transcripts.
class TranscriptTest {
  private static final Transcripts TRANSCRIPTS = new Transcripts(new ZabDialect());

  static List<String> transcripts() throws IOException {
    return TRANSCRIPTS.names();
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void membersDoWhatIsWritten(String name) throws IOException {
    TRANSCRIPTS.check(name);
  }
}
