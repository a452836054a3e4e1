package io.quorate.node.watch;

import io.quorate.store.Event;
import io.quorate.store.History;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads for some watchers, in one walk over the history, what they have not seen yet.
///
/// A walk is bounded, and so is what one watcher is given by it: whole revisions, until it is
/// enough. Runs on the reader.
final class Replay {
  /// Revisions that one watcher is given at a time (etcd-129).
  private static final int REVISIONS = 1_000;

  /// Bytes of events that one watcher is given at a time, but for the last revision.
  private static final long BYTES = 256 << 10;

  /// Bytes for all of them.
  private static final long ALL_BYTES = 4 << 20;

  /// Bytes of events that are made: past it what keys were before is left out. Only one revision
  /// that changes as much comes to it.
  private static final long MADE_BYTES = 16 << 20;

  /// Changes that are looked at.
  private static final int CHANGES = 100_000;

  /// What one watcher is given.
  static final class Part {
    final Watcher watcher;

    /// Where it goes on when it has been given this.
    long next;

    final List<Event> events = new ArrayList<>();
    private int revisions;
    private long lastRevision;
    private long bytes;

    private Part(Watcher watcher) {
      this.watcher = watcher;
      this.next = watcher.next;
    }

    private boolean isFull() {
      return revisions >= REVISIONS || bytes >= BYTES;
    }

    private void add(Event event, long size) {
      if (event.revision() > lastRevision) {
        lastRevision = event.revision();
        revisions++;
      }
      events.add(event);
      bytes += size;
    }
  }

  private final List<Part> parts = new ArrayList<>();
  private final KeyIndex<Part> index = new KeyIndex<>();
  private long compacted = -1;
  private long bytes;
  private long made;

  /// @param watchers that lag; at least one
  Replay(List<Watcher> watchers) {
    for (var watcher : watchers) {
      var part = new Part(watcher);
      parts.add(part);
      index.add(watcher.subject().keys(), part);
    }
  }

  /// The first revision that any of them has not seen.
  long from() {
    return parts.stream().mapToLong(part -> part.next).min().orElseThrow();
  }

  List<Part> parts() {
    return parts;
  }

  /// Below this revision all is forgotten.
  long compacted() {
    return compacted;
  }

  /// Walks over the history, from [#from()] on.
  Replay read(History history) {
    compacted = history.compacted();
    var full = new ArrayList<Part>();
    long last = 0;
    int looked = 0;
    while (history.next()) {
      if (history.revision() > last) {
        // Between two revisions: what a watcher is given never ends within one.
        full.forEach(part -> index.remove(part.watcher.subject().keys(), part));
        full.clear();
        if (looked >= CHANGES || bytes >= ALL_BYTES || index.isEmpty()) {
          passed(last);
          return this;
        }
        last = history.revision();
      }
      looked++;
      show(history, full);
    }
    passed(history.newest());
    return this;
  }

  /// Who is not full has been given all up to a revision.
  private void passed(long revision) {
    for (var part : parts) {
      part.next = part.isFull() ? part.lastRevision + 1 : Math.max(part.next, revision + 1);
    }
  }

  private void show(History history, List<Part> full) {
    var change = new Change(history);
    index.forEach(
        history.key(),
        part -> {
          if (change.revision < part.next) {
            return;
          }
          var event = change.event(part.watcher.subject().previous());
          if (part.watcher.wants(event)) {
            long size = event.encoded(part.watcher.subject().previous()).length();
            boolean was = part.isFull();
            part.add(event, size);
            bytes += size;
            if (!was && part.isFull()) {
              full.add(part);
            }
          }
        });
  }

  /// A change whose event is made when somebody first wants it.
  private final class Change {
    private final History history;
    private final long revision;
    private @Nullable Event event;
    private boolean hasPrevious;

    Change(History history) {
      this.history = history;
      this.revision = history.revision();
    }

    Event event(boolean previousToo) {
      if (event == null || (previousToo && !hasPrevious)) {
        hasPrevious = previousToo;
        event = history.event(previousToo && made < MADE_BYTES);
        made += event.size();
      }
      return event;
    }
  }
}
