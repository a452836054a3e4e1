package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.ByteSequence;
import io.quorate.client.KeyValue;
import org.junit.jupiter.api.Test;

class TextTest {
  private static final ByteSequence BINARY = ByteSequence.of(new byte[] {(byte) 0xff, 0, 1});

  @Test
  void textIsShownAsItIsAndWhatIsNoneInBase64() {
    assertThat(Text.plain(ByteSequence.of("grüße 𝒏\n"))).isEqualTo("grüße 𝒏\n");
    assertThat(Text.plain(ByteSequence.EMPTY)).isEmpty();
    assertThat(Text.plain(BINARY)).isEqualTo("base64:/wAB");
  }

  @Test
  void aCellIsOneLineAndLeavesTheTerminalAlone() {
    assertThat(Text.cell(ByteSequence.of("a\tb\r\nc\u001b[2J"))).isEqualTo("a\\tb\\r\\nc\\x1b[2J");
  }

  @Test
  void jsonNamesBytesThatAreNoTextOtherwise() {
    assertThat(Json.of(new KeyValue(BINARY, ByteSequence.of("<\"é\">"), 2, 3, 1, 0xabcL)))
        .hasToString(
            "{\"keyBase64\":\"/wAB\",\"value\":\"<\\\"é\\\">\",\"createRevision\":2,"
                + "\"modRevision\":3,\"version\":1,\"lease\":\"abc\"}");
  }

  @Test
  void idsAreUnsigned() {
    assertThat(Text.id(-1)).isEqualTo("ffffffffffffffff");
    assertThat(LeaseId.parse("ffffffffffffffff")).isEqualTo(-1);
  }
}
