package io.quorate.store;

import java.util.List;

/// The place where engines live, each in a directory of its own. A port.
public interface Engines {
  /// Opens what a directory held at its last flush, or begins an empty one.
  ///
  /// @throws EngineException if it cannot be read or is in use
  Engine open(String directory);

  /// Removes a directory with all that it holds; its engine is closed. One that is not there is no
  /// error.
  void delete(String directory);

  /// The directories that there are, in order.
  List<String> list();
}
