package io.quorate.simulation.mutants;

import java.io.IOException;
import java.util.Map;

/// Loads all of the project's own classes anew, the mutated ones in the place of the true ones, so
/// that a mutant lives beside the true code. What is not the project's, and the messages of its
/// API, comes from the test's own loader.
final class MutantLoader extends ClassLoader {
  private static final String OURS = "io.quorate.";
  private static final String API = "io.quorate.api.";

  private final Map<String, byte[]> mutated;

  MutantLoader(Map<String, byte[]> mutated) {
    super("mutant", MutantLoader.class.getClassLoader());
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
      try (var in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        bytes = in.readAllBytes();
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
    return defineClass(name, bytes, 0, bytes.length);
  }
}
