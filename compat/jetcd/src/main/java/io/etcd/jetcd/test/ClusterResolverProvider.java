package io.etcd.jetcd.test;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.Status;
import io.grpc.StatusOr;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Resolves `cluster://NAME` to the members of that cluster, as the tests name it.
public final class ClusterResolverProvider extends NameResolverProvider {
  private static final String SCHEME = "cluster";
  private static final int PRIORITY = 6;

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return PRIORITY;
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args arguments) {
    return SCHEME.equals(target.getScheme()) ? new Resolver(target.getAuthority()) : null;
  }

  private static final class Resolver extends NameResolver {
    private final String name;
    private @Nullable Listener2 listener;

    Resolver(String name) {
      this.name = name;
    }

    @Override
    public String getServiceAuthority() {
      return name;
    }

    @Override
    public void start(Listener2 listener) {
      this.listener = listener;
      refresh();
    }

    @Override
    public void refresh() {
      if (listener == null) {
        return;
      }
      var cluster = EtcdClusterExtension.named(name);
      if (cluster == null) {
        listener.onError(Status.UNAVAILABLE.withDescription("no cluster " + name));
        return;
      }
      var addresses =
          cluster.containers().stream()
              .map(each -> new EquivalentAddressGroup(each.getClientAddress()))
              .toList();
      listener.onResult(
          ResolutionResult.newBuilder().setAddressesOrError(StatusOr.fromValue(addresses)).build());
    }

    @Override
    public void shutdown() {
      listener = null;
    }
  }
}
