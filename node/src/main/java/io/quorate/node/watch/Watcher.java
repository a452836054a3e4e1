package io.quorate.node.watch;

import io.quorate.store.Event;
import io.quorate.store.KeyRange;
import java.util.ArrayList;
import java.util.List;

/// Somebody who is shown what happens to a key or a range of keys, from one revision on: each
/// change once, in order.
public final class Watcher {
  /// What is watched.
  ///
  /// @param puts whether puts are shown
  /// @param deletes whether deletes are
  /// @param previous whether events tell what the key was before
  public record Subject(KeyRange keys, boolean puts, boolean deletes, boolean previous) {}

  enum State {
    /// Sees each change in the turn in which it is applied.
    LIVE,
    /// Waits for what it has not seen yet to be read.
    LAGGING,
    /// What it has not seen yet is being read.
    REPLAYING,
    CLOSED
  }

  private final Subject subject;
  private final Recipient recipient;

  /// The first revision that it is to be shown; 0 if that was left open.
  private final long from;

  State state = State.LAGGING;

  /// The first revision of which it has not been shown all. While it is live that is a lower bound:
  /// [WatchHub#complete] counts, too.
  long next;

  /// What it is shown at the end of the turn.
  private List<Event> pending = new ArrayList<>();

  /// @param from the first revision that it is to be shown; 0: `next`
  Watcher(Subject subject, long from, long next, Recipient recipient) {
    this.subject = subject;
    this.from = from;
    this.next = next;
    this.recipient = recipient;
  }

  public Subject subject() {
    return subject;
  }

  Recipient recipient() {
    return recipient;
  }

  long from() {
    return from;
  }

  boolean wants(Event event) {
    return event.isDelete() ? subject.deletes : subject.puts;
  }

  /// @return whether it is the first that waits
  boolean add(Event event) {
    pending.add(event);
    return pending.size() == 1;
  }

  List<Event> takePending() {
    var taken = pending;
    pending = new ArrayList<>();
    return taken;
  }
}
