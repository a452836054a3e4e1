package io.quorate.consensus;

import java.util.List;

/// What a machine wants to find again after a crash. One record is atomic; any prefix of the
/// records may be what survives.
public interface JournalRecord {
  /// Whether it holds a term, vote, promise, ballot or epoch: no message leaves before it is
  /// durable.
  boolean holdsSends();

  /// The entries that it carries. For a decided index the latest record that carries it holds the
  /// value.
  List<Entry> entries();
}
