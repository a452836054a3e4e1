package io.quorate.store;

/// Why a request has no answer, in the words that etcd's clients match on to the letter; what etcd
/// has no words for begins with our own name. Where nothing else is said, nothing that the request
/// asked for took effect.
public enum Failure {
  EMPTY_KEY(Code.INVALID_ARGUMENT, "key is not provided"),
  KEY_NOT_FOUND(Code.INVALID_ARGUMENT, "key not found"),
  VALUE_PROVIDED(Code.INVALID_ARGUMENT, "value is provided"),
  LEASE_PROVIDED(Code.INVALID_ARGUMENT, "lease is provided"),
  TOO_MANY_OPS(Code.INVALID_ARGUMENT, "too many operations in txn request"),
  DUPLICATE_KEY(Code.INVALID_ARGUMENT, "duplicate key given in txn request"),
  INVALID_SORT_OPTION(Code.INVALID_ARGUMENT, "invalid sort option"),
  REQUEST_TOO_LARGE(Code.INVALID_ARGUMENT, "request is too large"),
  TOO_MANY_CHANGES(
      Code.INVALID_ARGUMENT,
      "quorate",
      "the request would change more than %s keys, or %s MiB of stored keys and values: delete in smaller ranges"
          .formatted(Write.MAX_CHANGES, Write.MAX_TAKEN_OVER >> 20)),
  COMPACTED(Code.OUT_OF_RANGE, "mvcc: required revision has been compacted"),
  FUTURE_REVISION(Code.OUT_OF_RANGE, "mvcc: required revision is a future revision"),
  LEASE_NOT_FOUND(Code.NOT_FOUND, "requested lease not found"),
  LEASE_EXISTS(Code.FAILED_PRECONDITION, "lease already exists"),
  LEASE_TTL_TOO_LARGE(Code.OUT_OF_RANGE, "too large lease TTL"),
  MEMBER_NOT_FOUND(Code.NOT_FOUND, "member not found"),
  /// Bytes that are no request: not etcd's text, for there gRPC refuses them before etcd sees them.
  MALFORMED_REQUEST(Code.INTERNAL, "malformed request"),
  /// A command that this version does not know: not etcd's text.
  UNKNOWN_COMMAND(Code.UNIMPLEMENTED, "unknown command"),
  NO_SPACE(Code.RESOURCE_EXHAUSTED, "mvcc: database space exceeded"),
  CORRUPT(Code.DATA_LOSS, "corrupt cluster"),
  TOO_MANY_ALARMS(
      Code.RESOURCE_EXHAUSTED,
      "quorate",
      "%s alarms are raised: end some of them".formatted(Alarms.MAX)),
  TOO_MANY_REQUESTS(Code.RESOURCE_EXHAUSTED, "too many requests"),
  ANSWER_TOO_LARGE(
      Code.RESOURCE_EXHAUSTED,
      "quorate",
      "the answer would exceed the size limit of this node: use a limit or a smaller range"),
  /// What the request changed stays.
  WRITTEN_BUT_ANSWER_TOO_LARGE(
      Code.RESOURCE_EXHAUSTED,
      "quorate",
      "the write took effect, but its answer would exceed the size limit of this node");

  private final Code code;
  private final String text;

  Failure(Code code, String text) {
    this(code, "etcdserver", text);
  }

  Failure(Code code, String whoseWords, String text) {
    this.code = code;
    this.text = whoseWords + ": " + text;
  }

  public Code code() {
    return code;
  }

  public String text() {
    return text;
  }
}
