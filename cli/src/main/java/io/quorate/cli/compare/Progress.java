package io.quorate.cli.compare;

/// Is told how far the work has come. Thread-safe.
public interface Progress {
  /// @param what is being done
  /// @param done how many parts of it are
  /// @param all how many there are
  void at(String what, int done, int all);
}
