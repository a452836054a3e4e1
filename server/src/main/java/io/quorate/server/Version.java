package io.quorate.server;

import io.quorate.node.etcd.EtcdServices;

/// What this software is called by its number.
public final class Version {
  public static final String QUORATE = "0.1.0";

  /// The version of etcd whose API is spoken, as clients want to see it.
  public static final String ETCD_API = EtcdServices.API_VERSION;

  private Version() {}
}
