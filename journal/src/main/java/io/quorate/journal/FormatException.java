package io.quorate.journal;

/// What is stored has a format that this version does not read. Nothing was changed.
public final class FormatException extends DiskException {
  private static final long serialVersionUID = 1;

  /// @param what is stored, as the beginning of a sentence
  /// @param found its format
  /// @param readable the one format that this version reads
  public FormatException(String what, Object found, Object readable) {
    super(message(what, found, readable));
  }

  /// The same, for where what is stored comes from another node.
  public static String message(String what, Object found, Object readable) {
    return "%s has format %s, and this version of Quorate reads format %s: run the version that wrote it, or a newer one"
        .formatted(what, found, readable);
  }
}
