package io.quorate.cli.compare;

import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Message;
import io.quorate.node.Protocols;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// How much there is to understand of each protocol, counted in its compiled classes.
public final class CodePart {
  private static final double KIB = 1024;
  private static final String CLASS = ".class";

  private record Counted(List<Class<?>> types, long bytes) {
    long kinds(Class<?> of) {
      return types.stream()
          .filter(type -> type.isRecord() && of.isAssignableFrom(type))
          .mapToLong(CodePart::kinds)
          .sum();
    }
  }

  /// A record is one kind, or, if it only carries what is of several kinds, as many.
  private static long kinds(Class<?> type) {
    if (type.isSealed()) {
      return Stream.of(type.getPermittedSubclasses()).mapToLong(CodePart::kinds).sum();
    }
    return Stream.of(type.getRecordComponents())
        .map(RecordComponent::getType)
        .filter(part -> part.isSealed() && part.getPackage().equals(type.getPackage()))
        .mapToLong(CodePart::kinds)
        .findFirst()
        .orElse(1);
  }

  private CodePart() {}

  public static List<Metric> metrics() throws IOException {
    var counted = new LinkedHashMap<String, Counted>();
    for (var name : Protocols.names()) {
      counted.put(name, count(Protocols.named(name).getClass()));
    }
    return List.of(
        metric(Measure.MESSAGE_KINDS, counted, each -> each.kinds(Message.class)),
        metric(
            Measure.PROMISES,
            counted,
            each -> each.kinds(Message.class) - each.kinds(Message.Notice.class)),
        metric(Measure.RECORD_KINDS, counted, each -> each.kinds(JournalRecord.class)),
        metric(Measure.CODE_SIZE, counted, each -> each.bytes / KIB));
  }

  private static Metric metric(
      Measure measure, Map<String, Counted> counted, ToDoubleFunction<Counted> figure) {
    var of = new LinkedHashMap<String, Samples>();
    counted.forEach((name, each) -> of.put(name, Samples.exactly(figure.applyAsDouble(each))));
    return new Metric(measure, 0, of);
  }

  /// All classes of the package that a class belongs to.
  private static Counted count(Class<?> member) throws IOException {
    var folder = member.getPackageName().replace('.', '/');
    var source = sourceOf(member);
    if (Files.isDirectory(source)) {
      return count(member, source.resolve(folder));
    }
    try (var jar = FileSystems.newFileSystem(source)) {
      return count(member, jar.getPath(folder));
    }
  }

  private static Path sourceOf(Class<?> type) throws IOException {
    var source = type.getProtectionDomain().getCodeSource();
    try {
      URI location = source.getLocation().toURI();
      return Path.of(location);
    } catch (URISyntaxException e) {
      throw new IOException("no file holds " + type, e);
    }
  }

  private static Counted count(Class<?> member, Path folder) throws IOException {
    var types = new ArrayList<Class<?>>();
    long bytes = 0;
    try (var files = Files.newDirectoryStream(folder, "*" + CLASS)) {
      for (var file : files) {
        var name = file.getFileName().toString();
        bytes += Files.size(file);
        if (!name.equals("package-info.class")) {
          types.add(load(member, name.substring(0, name.length() - CLASS.length())));
        }
      }
    }
    return new Counted(types, bytes);
  }

  private static Class<?> load(Class<?> member, String name) {
    try {
      return Class.forName(member.getPackageName() + "." + name, false, member.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("a class that was just found is none", e);
    }
  }
}
