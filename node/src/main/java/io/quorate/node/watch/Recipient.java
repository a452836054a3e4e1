package io.quorate.node.watch;

import io.quorate.store.Event;
import java.util.List;

/// Where what watchers see goes to: a client's stream, of one or many watchers.
public interface Recipient {
  /// Whether it keeps up. If not, [WatchHub#ready] is to be called when it does again.
  boolean isReady();

  /// Events that follow each other: all that the watcher sees of some revisions.
  ///
  /// @param revision of the store, not below theirs; says nothing of later events
  void events(Watcher watcher, List<Event> events, long revision);

  /// What the watcher still had to see is forgotten; it is closed.
  ///
  /// @param revision below which all is forgotten
  void compacted(Watcher watcher, long revision);
}
