package io.etcd.jetcd.test;

import io.etcd.jetcd.launcher.EtcdCluster;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// What jetcd's tests know a cluster by. In a static field the cluster is there for the class, else
/// for each test.
public final class EtcdClusterExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  /// Also those that have ended: some of jetcd's tests leave clients open that go on asking.
  private static final Map<String, EtcdCluster> CLUSTERS = new ConcurrentHashMap<>();

  private final EtcdCluster cluster;
  private boolean ofTheClass;

  private EtcdClusterExtension(EtcdCluster cluster) {
    this.cluster = cluster;
    CLUSTERS.put(cluster.clusterName(), cluster);
  }

  public static Builder builder() {
    return new Builder();
  }

  static @Nullable EtcdCluster named(String name) {
    return CLUSTERS.get(name);
  }

  public EtcdCluster cluster() {
    return cluster;
  }

  public String clusterName() {
    return cluster.clusterName();
  }

  public List<URI> clientEndpoints() {
    return cluster.clientEndpoints();
  }

  public List<URI> peerEndpoints() {
    return cluster.peerEndpoints();
  }

  public void restart(long delay, TimeUnit unit) {
    try {
      cluster.restart(delay, unit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    ofTheClass = true;
    cluster.start();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (!ofTheClass) {
      cluster.start();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (!ofTheClass) {
      cluster.close();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    cluster.close();
  }

  public static final class Builder {
    private String name = UUID.randomUUID().toString();
    private String prefix = "etcd";
    private int nodes = 1;
    private List<String> flags = List.of();

    private Builder() {}

    public Builder withClusterName(String name) {
      this.name = name;
      return this;
    }

    public Builder withPrefix(String prefix) {
      this.prefix = prefix;
      return this;
    }

    public Builder withNodes(int nodes) {
      this.nodes = nodes;
      return this;
    }

    public Builder withAdditionalArgs(Collection<String> flags) {
      this.flags = List.copyOf(flags);
      return this;
    }

    public EtcdClusterExtension build() {
      return new EtcdClusterExtension(new EtcdCluster(name, prefix, nodes, flags));
    }
  }
}
