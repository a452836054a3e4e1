package io.quorate.simulation.mutants;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Compiles the sources that a mutant changes, in memory, against the classes of the test.
final class MutantCompiler {
  private static final String SOURCES = "/src/main/java/";

  private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
  private final Path root;

  /// @param root of the project
  MutantCompiler(Path root) {
    this.root = root;
  }

  /// The classes that differ, by their names.
  Map<String, byte[]> compile(Mutant mutant) throws IOException {
    var sources = new ArrayList<Source>();
    mutant.applied(root).forEach((file, text) -> sources.add(new Source(file, text)));
    var problems = new DiagnosticCollector<JavaFileObject>();
    try (var made = new Made(compiler.getStandardFileManager(problems, null, null))) {
      var options =
          List.of(
              "-proc:none",
              "-nowarn",
              "-parameters",
              "--release",
              "25",
              "-classpath",
              System.getProperty("java.class.path"));
      if (!compiler.getTask(null, made, problems, options, null, sources).call()) {
        throw new IllegalStateException(
            "mutant %s does not compile: %s".formatted(mutant.id(), problems.getDiagnostics()));
      }
      return made.classes();
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String file, String text) {
      super(
          URI.create("mutant:///" + file.substring(file.indexOf(SOURCES) + SOURCES.length())),
          Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class Made extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> outputs = new TreeMap<>();

    Made(JavaFileManager others) {
      super(others);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
      var name = className.replace('.', '/') + kind.extension;
      return new SimpleJavaFileObject(URI.create("mutant:///" + name), kind) {
        @Override
        public OutputStream openOutputStream() {
          var output = new ByteArrayOutputStream();
          outputs.put(className, output);
          return output;
        }
      };
    }

    Map<String, byte[]> classes() {
      var classes = new TreeMap<String, byte[]>();
      outputs.forEach((name, output) -> classes.put(name, output.toByteArray()));
      return classes;
    }
  }
}
