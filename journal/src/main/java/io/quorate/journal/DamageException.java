package io.quorate.journal;

/// Bytes that were once durable are not what they were. Something acknowledged may be lost here, so
/// this disk's replicas must not take part in anything until they are replaced as members.
public final class DamageException extends Exception {
  private static final long serialVersionUID = 1;

  public DamageException(String file, long offset, String what) {
    super("%s is damaged at offset %s: %s".formatted(file, offset, what));
  }
}
