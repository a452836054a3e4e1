package io.quorate.store;

/// Storage refused to read or write, or holds what the store never wrote. The node must end: going
/// on could answer from a state that is not there.
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public EngineException(String message) {
    super(message);
  }

  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
