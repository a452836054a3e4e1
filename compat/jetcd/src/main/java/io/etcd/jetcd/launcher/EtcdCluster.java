package io.etcd.jetcd.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// A cluster of processes in the place of jetcd's cluster of containers.
public final class EtcdCluster implements AutoCloseable {
  private final String name;
  private final Path directory;
  private final List<EtcdContainer> containers;
  private final List<String> flags;

  public EtcdCluster(String name, String prefix, int nodes, List<String> flags) {
    this.name = name;
    this.flags = flags;
    directory = Path.of("target", "clusters", name).toAbsolutePath();
    containers =
        IntStream.range(0, nodes).mapToObj(i -> new EtcdContainer(prefix + i, directory)).toList();
  }

  public String clusterName() {
    return name;
  }

  public List<EtcdContainer> containers() {
    return containers;
  }

  public List<URI> clientEndpoints() {
    return containers.stream().map(EtcdContainer::clientEndpoint).toList();
  }

  public List<URI> peerEndpoints() {
    return containers.stream().map(EtcdContainer::peerEndpoint).toList();
  }

  public void start() {
    try {
      Files.createDirectories(directory);
      containers.forEach(each -> each.start(containers, flags));
      for (var each : containers) {
        each.awaitHealth();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public void stop() {
    containers.forEach(EtcdContainer::kill);
  }

  public void restart(long delay, TimeUnit unit) throws InterruptedException {
    stop();
    unit.sleep(delay);
    start();
  }

  @Override
  public void close() {
    stop();
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
