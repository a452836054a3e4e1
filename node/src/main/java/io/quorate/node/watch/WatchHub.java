package io.quorate.node.watch;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.Event;
import io.quorate.store.KvStore;
import io.quorate.store.WriteObserver;
import io.quorate.store.Written;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Shows every change to those who watch its key: each once, in order, none left out.
///
/// A *live* watcher gets what a turn has applied at its end. One that begins in the past, or whose
/// client does not keep up, *lags*: nothing is queued for it but the revision where it goes on, and
/// the reader replays from there what it has not seen, as fast as its client takes it. While a
/// replay is under way, what is applied is recorded, so that a watcher that has been shown all the
/// rest goes on live without a gap.
///
/// Belongs to the node's loop.
public final class WatchHub {
  /// Watchers that one walk over the history serves (etcd-129).
  private static final int TOGETHER = 512;

  /// Revisions between where two watchers go on that one walk serves: one that is far behind delays
  /// nobody who is not.
  private static final long NEAR = 1_000;

  /// A write that changes more keys is not shown live, nor one that changes more bytes than may
  /// wait: whoever may watch them reads it back.
  private static final int LARGE_WRITE = 1_000;

  /// Bytes of changes that wait for the end of the turn, or are recorded during a replay.
  private static final long MAX_PENDING = 4 << 20;

  /// What an event takes on the heap beside its bytes: a guess on the safe side.
  private static final int OVERHEAD = 100;

  private final KvStore store;

  private final KeyIndex<Watcher> live = new KeyIndex<>();
  private final Set<Watcher> all = new LinkedHashSet<>();
  private final List<Watcher> touched = new ArrayList<>();
  private final List<Watcher> found = new ArrayList<>();

  /// Watchers that wait for a replay and whose clients keep up.
  private final Set<Watcher> waiting = new LinkedHashSet<>();

  private final Recording recording = new Recording();

  /// Watchers that ask what keys were before.
  private int askForPrevious;

  /// Live watchers have been shown, or wait to be shown at the end of the turn, all up to here.
  private long complete;

  private long pendingBytes;
  private boolean replaying;
  private int lagging;
  private long shown;

  /// @param store whose writes are seen here from now on
  public WatchHub(KvStore store) {
    this.store = store;
    this.complete = store.revision();
    store.observe(new Observer());
  }

  /// Begins to watch.
  ///
  /// @param from the first revision to be shown; 0: the one after the present one. It may lie in
  ///   the past or in the future
  public Watcher watch(Watcher.Subject subject, long from, Recipient recipient) {
    var watcher = new Watcher(subject, from, from == 0 ? complete + 1 : from, recipient);
    all.add(watcher);
    askForPrevious += subject.previous() ? 1 : 0;
    lagging++;
    if (watcher.next > complete) {
      goLive(watcher);
    } else {
      enqueue(watcher);
    }
    return watcher;
  }

  /// Ends a watch: nothing more is shown, also not what waited.
  public void close(Watcher watcher) {
    if (!all.remove(watcher)) {
      return;
    }
    askForPrevious -= watcher.subject().previous() ? 1 : 0;
    if (watcher.state == Watcher.State.LIVE) {
      live.remove(watcher.subject().keys(), watcher);
    } else {
      lagging--;
      waiting.remove(watcher);
    }
    watcher.state = Watcher.State.CLOSED;
  }

  /// All that live watchers have not been shown yet is shown; afterwards they have seen everything
  /// up to [#revision()].
  public void flush() {
    pendingBytes = 0;
    // Whoever is shown something may close watchers, and their streams.
    var due = List.copyOf(touched);
    touched.clear();
    due.forEach(watcher -> flush(watcher, watcher.takePending()));
    replay();
  }

  private void flush(Watcher watcher, List<Event> events) {
    if (watcher.state == Watcher.State.LIVE) {
      if (watcher.recipient().isReady()) {
        watcher.next = events.getLast().revision() + 1;
        show(watcher, events, events.getLast().revision());
      } else {
        lag(watcher, events.getFirst().revision());
      }
    }
  }

  /// A recipient takes events again.
  public void ready(Iterable<Watcher> itsWatchers) {
    for (var watcher : itsWatchers) {
      if (watcher.state == Watcher.State.LAGGING) {
        enqueue(watcher);
      }
    }
  }

  /// The revision up to which live watchers have seen everything after [#flush()].
  public long revision() {
    return complete;
  }

  /// Whether a watcher has seen everything up to [#revision()], and begins not after it.
  public boolean isInSync(Watcher watcher) {
    return watcher.state == Watcher.State.LIVE
        && watcher.next <= complete + 1
        && watcher.from() <= complete;
  }

  // For metrics

  public int watchers() {
    return all.size();
  }

  /// Watchers that have not seen everything yet.
  public int lagging() {
    return lagging;
  }

  /// Events that were sent.
  public long shown() {
    return shown;
  }

  // What is written

  private final class Observer implements WriteObserver {
    @Override
    public boolean asksForPrevious(Bytes key) {
      if (askForPrevious == 0) {
        return false;
      } else if (recording.isOn()) {
        return true;
      }
      find(key);
      boolean asked = found.stream().anyMatch(watcher -> watcher.subject().previous());
      found.clear();
      return asked;
    }

    @Override
    public boolean asksForPrevious() {
      return askForPrevious > 0;
    }

    @Override
    public void written(Written write) {
      complete = write.revision();
      if (isLarge(write)) {
        recording.miss();
        everybodyLags(write.revision());
      } else if (!live.isEmpty() || recording.isOn()) {
        for (int i = 0; i < write.size(); i++) {
          changed(write, i);
        }
        if (pendingBytes > MAX_PENDING) {
          flush();
        }
      }
    }

    private boolean isLarge(Written write) {
      return write.size() > LARGE_WRITE
          || (askForPrevious > 0 && write.previousSize() > MAX_PENDING);
    }

    @Override
    public void replaced() {
      long seen = complete;
      complete = store.revision();
      recording.miss();
      everybodyLags(seen + 1);
    }
  }

  private void changed(Written write, int index) {
    var key = write.key(index);
    find(key);
    boolean previousToo = found.stream().anyMatch(watcher -> watcher.subject().previous());
    if (found.isEmpty() && !recording.isOn()) {
      return;
    }
    var event = write.event(index, previousToo || (recording.isOn() && askForPrevious > 0));
    long size = (long) OVERHEAD + event.size();
    recording.add(key, event, size);
    for (var watcher : found) {
      if (watcher.next <= event.revision() && watcher.wants(event)) {
        pendingBytes += size;
        if (watcher.add(event)) {
          touched.add(watcher);
        }
      }
    }
    found.clear();
  }

  private void find(Bytes key) {
    live.forEach(key, found::add);
  }

  private void show(Watcher watcher, List<Event> events, long revision) {
    shown += events.size();
    watcher.recipient().events(watcher, events, revision);
  }

  // Lagging, and coming back

  /// Whoever is live has seen all before a revision, and reads back the rest.
  private void everybodyLags(long from) {
    flush();
    for (var watcher : List.copyOf(all)) {
      if (watcher.state == Watcher.State.LIVE) {
        lag(watcher, from);
      }
    }
  }

  private void lag(Watcher watcher, long from) {
    live.remove(watcher.subject().keys(), watcher);
    watcher.state = Watcher.State.LAGGING;
    watcher.next = Math.max(watcher.next, from);
    lagging++;
    if (watcher.next > complete) {
      goLive(watcher);
    } else {
      enqueue(watcher);
    }
  }

  private void goLive(Watcher watcher) {
    watcher.state = Watcher.State.LIVE;
    lagging--;
    live.add(watcher.subject().keys(), watcher);
  }

  private void enqueue(Watcher watcher) {
    if (watcher.recipient().isReady()) {
      waiting.add(watcher);
      replay();
    }
  }

  private void replay() {
    if (replaying || waiting.isEmpty()) {
      return;
    }
    replaying = true;
    long next = waiting.iterator().next().next;
    var watchers =
        waiting.stream()
            .filter(watcher -> Math.abs(watcher.next - next) <= NEAR)
            .limit(TOGETHER)
            .toList();
    for (var watcher : watchers) {
      waiting.remove(watcher);
      watcher.state = Watcher.State.REPLAYING;
    }
    var round = new Replay(watchers);
    recording.begin();
    store.history(round.from(), round::read, this::replayed);
  }

  private void replayed(Replay round) {
    // What was recorded goes to live watchers, too, and they come first.
    flush();
    for (var part : round.parts()) {
      replayed(part, round.compacted());
    }
    recording.end();
    // Not before: a round that began above would have no recording.
    replaying = false;
    replay();
  }

  private void replayed(Replay.Part part, long compacted) {
    var watcher = part.watcher;
    if (watcher.state != Watcher.State.REPLAYING) {
      return; // it was closed meanwhile
    }
    watcher.state = Watcher.State.LAGGING;
    if (watcher.next < compacted) {
      close(watcher);
      watcher.recipient().compacted(watcher, compacted);
      return;
    } else if (!watcher.recipient().isReady()) {
      return; // it is shown nothing now, and all of it again when it is ready
    }
    watcher.next = part.next;
    if (!part.events.isEmpty()) {
      show(watcher, part.events, complete);
    }
    if (watcher.state == Watcher.State.LAGGING) {
      goOn(watcher);
    }
  }

  private void goOn(Watcher watcher) {
    if (watcher.next <= complete && recording.covers(watcher.next)) {
      var missed = recording.seenBy(watcher);
      watcher.next = complete + 1;
      if (!missed.isEmpty()) {
        show(watcher, missed, complete);
      }
    }
    if (watcher.state != Watcher.State.LAGGING) {
      return; // it was closed in return
    } else if (watcher.next > complete) {
      goLive(watcher);
    } else {
      enqueue(watcher);
    }
  }

  /// What is applied while a replay is under way.
  private final class Recording {
    private record Recorded(Bytes key, Event event) {}

    private final List<Recorded> events = new ArrayList<>();
    private long bytes;
    private boolean on;

    /// All changes from this revision on are here.
    private long from;

    boolean isOn() {
      return on;
    }

    void begin() {
      on = true;
      from = complete + 1;
    }

    void end() {
      on = false;
      clear();
    }

    private void clear() {
      events.clear();
      bytes = 0;
    }

    void add(Bytes key, Event event, long size) {
      if (!on) {
        return;
      }
      events.add(new Recorded(key, event));
      bytes += size;
      if (bytes > MAX_PENDING) {
        miss();
      }
    }

    /// What came so far, with the present revision, is missing.
    void miss() {
      clear();
      from = complete + 1;
    }

    boolean covers(long revision) {
      return on && revision >= from;
    }

    List<Event> seenBy(Watcher watcher) {
      var seen = new ArrayList<Event>();
      for (var recorded : events) {
        var event = recorded.event;
        if (event.revision() >= watcher.next
            && watcher.subject().keys().contains(recorded.key)
            && watcher.wants(event)) {
          seen.add(event);
        }
      }
      return seen;
    }
  }
}
