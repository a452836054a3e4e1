package io.quorate.server;

/// What this software is called by its number.
public final class Version {
  public static final String QUORATE = "0.1.0";

  /// The version of etcd whose API is spoken, as clients want to see it.
  public static final String ETCD_API = "3.7.0";

  private Version() {}
}
