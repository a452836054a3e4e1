package io.quorate.server.config;

/// What the user gave cannot be used: one sentence that says what to change. The process ends with
/// code 2.
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String sentence;

  public UsageException(String sentence) {
    super(sentence);
    this.sentence = sentence;
  }

  @Override
  public String getMessage() {
    return sentence;
  }
}
