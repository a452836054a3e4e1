package io.quorate.client;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// Whether the last 32 bytes of all that is added are the SHA-256 of those before them.
final class TrailingDigest {
  private static final int LENGTH = 32;

  private final MessageDigest digest;
  private byte[] last = new byte[0];
  private long length;

  TrailingDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  void add(byte[] bytes) {
    length += bytes.length;
    var all = Arrays.copyOf(last, last.length + bytes.length);
    System.arraycopy(bytes, 0, all, last.length, bytes.length);
    int before = Math.max(0, all.length - LENGTH);
    digest.update(all, 0, before);
    last = Arrays.copyOfRange(all, before, all.length);
  }

  long length() {
    return length;
  }

  /// Asked once, when all has been added.
  boolean holds() {
    return last.length == LENGTH && MessageDigest.isEqual(digest.digest(), last);
  }

  /// The last 32 bytes.
  String hex() {
    var text = new StringBuilder();
    for (var each : last) {
      text.append(Character.forDigit(each >> 4 & 15, 16)).append(Character.forDigit(each & 15, 16));
    }
    return text.toString();
  }
}
