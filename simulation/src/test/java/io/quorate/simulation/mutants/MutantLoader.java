package io.quorate.simulation.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Loads all of the project's own classes anew, the mutated ones in the place of the true ones, so
/// that a mutant lives beside the true code. So are tests, of this module and of those it rests on.
/// What is not the project's, and the messages of its API, comes from the test's own loader.
final class MutantLoader extends ClassLoader {
  private static final String OURS = "io.quorate.";
  private static final String API = "io.quorate.api.";

  private static final List<String> TESTED =
      List.of("consensus", "journal", "replica", "store", "node");

  private final Path root;
  private final Map<String, byte[]> mutated;

  /// @param root of the project
  MutantLoader(Path root, Map<String, byte[]> mutated) {
    super("mutant", MutantLoader.class.getClassLoader());
    this.root = root;
    this.mutated = mutated;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS) || name.startsWith(API)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      var loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    var bytes = mutated.get(name);
    if (bytes == null) {
      try {
        bytes = read(name.replace('.', '/') + ".class");
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  private byte[] read(String file) throws IOException {
    try (var in = getParent().getResourceAsStream(file)) {
      if (in != null) {
        return in.readAllBytes();
      }
    }
    for (var module : TESTED) {
      var test = root.resolve(module).resolve("target/test-classes").resolve(file);
      if (Files.exists(test)) {
        return Files.readAllBytes(test);
      }
    }
    throw new NoSuchFileException(file);
  }
}
