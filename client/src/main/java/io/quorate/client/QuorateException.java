package io.quorate.client;

import io.grpc.Status;
import java.io.IOException;

/// A call that did not succeed; its kind tells what the caller may conclude.
public abstract class QuorateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;

  private QuorateException(Status status) {
    super(message(status));
    this.code = status.getCode().name();
  }

  private static String message(Status status) {
    var description = status.getDescription();
    var text = description == null ? status.getCode().name() : description;
    var cause = status.getCause();
    // A connection's own words ("Connection refused: /127.0.0.1:2379") tell more than gRPC's.
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof IOException io && io.getMessage() != null
        ? "no answer: " + io.getMessage()
        : text;
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

  /// What was asked for is not kept any more.
  public static final class Compacted extends QuorateException {
    private static final long serialVersionUID = 1;

    private final long oldest;

    Compacted(long oldest) {
      super(
          Status.OUT_OF_RANGE.withDescription(
              ("etcdserver: mvcc: required revision has been compacted; revision %s is the oldest"
                      + " from which a watch can begin")
                  .formatted(oldest)));
      this.oldest = oldest;
    }

    /// The oldest revision from which a watch can begin.
    public long oldest() {
      return oldest;
    }
  }
}
