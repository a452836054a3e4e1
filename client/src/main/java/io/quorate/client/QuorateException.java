package io.quorate.client;

import io.grpc.Status;

/// A call that did not succeed; its kind tells what the caller may conclude.
public abstract class QuorateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;

  private QuorateException(Status status) {
    super(status.getDescription() == null ? status.getCode().name() : status.getDescription());
    this.code = status.getCode().name();
  }

  /// gRPC's name of the status, such as `UNAVAILABLE`.
  public String code() {
    return code;
  }

  /// Nothing happened: the request was refused, or never arrived.
  public static final class Refused extends QuorateException {
    private static final long serialVersionUID = 1;

    Refused(Status status) {
      super(status);
    }
  }

  /// A write may or may not have taken effect; reading tells.
  public static final class Unknown extends QuorateException {
    private static final long serialVersionUID = 1;

    Unknown(Status status) {
      super(status);
    }
  }
}
