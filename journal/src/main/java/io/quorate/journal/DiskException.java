package io.quorate.journal;

/// The disk failed, or refuses to go on. The node ends; what it has acknowledged is durable.
public class DiskException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DiskException(String message) {
    super(message);
  }

  public DiskException(String message, Throwable cause) {
    super(message, cause);
  }
}
