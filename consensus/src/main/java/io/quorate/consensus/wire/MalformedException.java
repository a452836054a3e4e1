package io.quorate.consensus.wire;

/// Bytes that do not decode to what they should be. Nothing was changed by reading them.
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1;

  private final String what;

  public MalformedException(String what) {
    super(what);
    this.what = what;
  }

  @Override
  public String getMessage() {
    return what;
  }
}
