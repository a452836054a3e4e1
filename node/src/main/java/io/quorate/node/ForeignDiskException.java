package io.quorate.node;

import io.quorate.journal.DiskException;

/// The data directory belongs to another node or cluster than the one that is to start on it.
public final class ForeignDiskException extends DiskException {
  private static final long serialVersionUID = 1;

  ForeignDiskException(String message) {
    super(message);
  }
}
