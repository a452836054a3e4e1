package io.quorate.cli;

import io.quorate.client.ByteSequence;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// Keys and values for people.
final class Text {
  private static final String BASE64 = "base64:";

  private Text() {}

  /// The text that the bytes are in UTF-8, if they are one.
  static Optional<String> utf8(ByteSequence bytes) {
    try {
      var decoder = StandardCharsets.UTF_8.newDecoder();
      return Optional.of(decoder.decode(ByteBuffer.wrap(bytes.toByteArray())).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  static String base64(ByteSequence bytes) {
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /// The text as it is; bytes that are no text in base 64, marked as such.
  static String plain(ByteSequence bytes) {
    return utf8(bytes).orElseGet(() -> BASE64 + base64(bytes));
  }

  /// As [#plain], on one line: control characters are escaped.
  static String cell(ByteSequence bytes) {
    var text = new StringBuilder();
    plain(bytes).codePoints().forEach(each -> append(text, each));
    return text.toString();
  }

  private static void append(StringBuilder text, int codePoint) {
    switch (codePoint) {
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      default -> {
        if (Character.isISOControl(codePoint)) {
          text.append("\\x")
              .append(Character.forDigit(codePoint >> 4 & 15, 16))
              .append(Character.forDigit(codePoint & 15, 16));
        } else {
          text.appendCodePoint(codePoint);
        }
      }
    }
  }

  /// Ids of nodes and leases, as etcd's tools print them.
  static String id(long id) {
    return Long.toHexString(id);
  }
}
