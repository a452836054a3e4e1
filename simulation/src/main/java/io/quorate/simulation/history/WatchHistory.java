package io.quorate.simulation.history;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.simulation.history.KvRequest.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What watchers were shown, and whether that can be: each of them every change of its keys, once,
/// in the order of revisions, no revision torn, and nothing behind a revision up to which it was
/// told that it had seen all (etcd-143, 152).
///
/// Some watchers see everything. What they agree on is what happened; the others must have seen
/// their part of it.
public final class WatchHistory {
  /// One change.
  ///
  /// @param value null: the key was deleted
  /// @param previous what it had before; null if it did not live, or if nobody asked
  public record Shown(
      long revision, String key, @Nullable String value, @Nullable String previous) {
    private Shown alone() {
      return new Shown(revision, key, value, null);
    }
  }

  /// What is watched.
  ///
  /// @param keys null: all
  /// @param previous whether it is shown what keys had before
  public record Subject(@Nullable Keys keys, boolean puts, boolean deletes, boolean previous) {
    public static final Subject EVERYTHING = new Subject(null, true, true, true);

    private boolean includes(Shown change) {
      return (keys == null || keys.contains(change.key)) && (change.value == null ? deletes : puts);
    }
  }

  /// One watch, which may have gone from node to node.
  public final class Watcher {
    private final Subject subject;
    private final List<Shown> shown = new ArrayList<>();
    private long from;

    /// All of its keys up to here has been shown: as it was told, or as a change behind it shows.
    private long complete;

    private Watcher(Subject subject, long from) {
      this.subject = subject;
      begins(from);
    }

    private void begins(long first) {
      from = first;
      complete = first - 1;
    }

    /// Where it goes on.
    public long next() {
      return complete + 1;
    }

    /// Changes of whole revisions were shown.
    ///
    /// @param header the revision that the response names
    public void shown(List<Shown> changes, long header) {
      long last = complete;
      for (var change : changes) {
        check(
            change.revision > complete,
            "W1",
            "%s is shown behind what was complete up to %d",
            change,
            complete);
        check(change.revision >= last, "W1", "%s is shown behind revision %d", change, last);
        check(subject.includes(change), "W2", "%s is shown to who watches %s", change, subject);
        last = change.revision;
        shown.add(change);
      }
      check(header >= last, "W3", "a header of %d with revision %d", header, last);
      complete = last;
    }

    /// All up to a revision was shown, so it was told.
    public void progressed(long revision) {
      check(
          revision >= complete,
          "W3",
          "all up to %d was shown, and then progress to %d is told",
          complete,
          revision);
      complete = revision;
    }

    /// What came next is forgotten.
    ///
    /// @param revision below which all is
    public void compacted(long revision) {
      check(
          revision > complete + 1, "W4", "ended at %d for a compaction at %d", complete, revision);
      verifyLater();
      watchers.add(this);
      shown.clear();
      begins(revision);
    }

    private void verifyLater() {
      spans.add(new Span(subject, from, complete, List.copyOf(shown)));
    }
  }

  /// All that a watcher was shown from one revision up to another.
  private record Span(Subject subject, long from, long to, List<Shown> shown) {}

  private final List<Watcher> watchers = new ArrayList<>();
  private final List<Span> spans = new ArrayList<>();

  /// What happened, by revision, as far as somebody saw everything.
  private final TreeMap<Long, List<Shown>> truth = new TreeMap<>();

  /// Where compactions may have been: what keys had before such a revision may be forgotten.
  private final TreeSet<Long> compactions = new TreeSet<>();

  public Watcher watch(Subject subject, long from) {
    var watcher = new Watcher(subject, from);
    watchers.add(watcher);
    return watcher;
  }

  /// Somebody asks to forget all below a revision.
  public void compacts(long revision) {
    compactions.add(revision);
  }

  /// What happened, by revision, as far as somebody saw everything. Known once it is verified.
  public NavigableMap<Long, List<Shown>> changes() {
    return truth;
  }

  /// Throws if what was shown cannot be.
  public void verify() {
    watchers.stream().distinct().forEach(Watcher::verifyLater);
    watchers.clear();
    spans.stream().filter(span -> span.subject.equals(Subject.EVERYTHING)).forEach(this::agree);
    previous();
    spans.forEach(this::verify);
  }

  /// Those who see everything saw the same.
  private void agree(Span span) {
    var seen = new TreeMap<Long, List<Shown>>();
    for (var change : span.shown) {
      seen.computeIfAbsent(change.revision, revision -> new ArrayList<>()).add(change);
    }
    for (long revision = Math.max(span.from, 2); revision <= span.to; revision++) {
      var changes = seen.getOrDefault(revision, List.of());
      check(!changes.isEmpty(), "W5", "revision %d is not shown to who sees everything", revision);
      var others = truth.putIfAbsent(revision, changes);
      check(
          others == null || alike(others, changes),
          "W5",
          "of revision %d one is shown %s, another %s",
          revision,
          changes,
          others);
    }
  }

  /// Whether two saw the same, but for what was forgotten of the state before.
  private boolean alike(List<Shown> some, List<Shown> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      if (!alike(some.get(i), others.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean alike(Shown one, Shown other) {
    return one.equals(other)
        || (compactions.contains(one.revision) && one.alone().equals(other.alone()));
  }

  /// What a key had before is what it was given last, as far as all of that is known.
  private void previous() {
    var values = new TreeMap<String, @Nullable String>();
    boolean whole = true;
    long last = 1;
    for (var entry : truth.entrySet()) {
      if (entry.getKey() != last + 1) {
        values.clear();
        whole = false;
      }
      last = entry.getKey();
      var before = new TreeMap<>(values);
      for (var change : entry.getValue()) {
        boolean isKnown = whole || before.containsKey(change.key);
        var had = before.get(change.key);
        check(
            !isKnown || Objects.equals(had, change.previous) || compactions.contains(last),
            "W6",
            "%s, and before it had %s",
            change,
            had);
        values.put(change.key, change.value);
      }
    }
  }

  private void verify(Span span) {
    var expected = new ArrayList<Shown>();
    var shown = new ArrayList<Shown>();
    var known = truth.subMap(span.from, true, Math.max(span.from, span.to + 1), false);
    for (var changes : known.values()) {
      for (var change : changes) {
        if (span.subject.includes(change)) {
          expected.add(span.subject.previous ? change : change.alone());
        }
      }
    }
    for (var change : span.shown) {
      if (known.containsKey(change.revision)) {
        shown.add(change);
      }
    }
    check(
        alike(expected, shown),
        "W5",
        "who watches %s from %d to %d is shown other than what happened: %s",
        span.subject,
        span.from,
        span.to,
        difference(expected, shown));
  }

  private String difference(List<Shown> expected, List<Shown> shown) {
    int same = 0;
    while (same < Math.min(expected.size(), shown.size())
        && alike(expected.get(same), shown.get(same))) {
      same++;
    }
    return "%s instead of %s"
        .formatted(
            same < shown.size() ? shown.get(same) : "nothing",
            same < expected.size() ? expected.get(same) : "nothing");
  }
}
