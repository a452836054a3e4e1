package io.quorate.server.disk;

import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// What a node writes is for its own user alone, whatever the umask.
public final class OwnerOnly {
  public static final FileAttribute<Set<PosixFilePermission>> DIRECTORY = of("rwx------");
  public static final FileAttribute<Set<PosixFilePermission>> FILE = of("rw-------");

  private OwnerOnly() {}

  private static FileAttribute<Set<PosixFilePermission>> of(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }
}
