package io.etcd.jetcd.launcher;

/// Names of ports that jetcd's tests ask a container for.
public final class Etcd {
  public static final int ETCD_CLIENT_PORT = 2379;
  public static final int ETCD_PEER_PORT = 2380;

  private Etcd() {}
}
