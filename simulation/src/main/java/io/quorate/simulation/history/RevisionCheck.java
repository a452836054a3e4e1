package io.quorate.simulation.history;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.simulation.history.KvAnswer.OfDelete;
import io.quorate.simulation.history.KvAnswer.OfPut;
import io.quorate.simulation.history.KvAnswer.OfRange;
import io.quorate.simulation.history.KvAnswer.Told;
import io.quorate.simulation.history.KvHistory.Call;
import io.quorate.simulation.history.KvRequest.Condition;
import io.quorate.simulation.history.KvRequest.Delete;
import io.quorate.simulation.history.KvRequest.Found;
import io.quorate.simulation.history.KvRequest.Keys;
import io.quorate.simulation.history.KvRequest.Put;
import io.quorate.simulation.history.KvRequest.Range;
import io.quorate.simulation.history.KvRequest.Step;
import io.quorate.simulation.history.WatchHistory.Shown;
import io.quorate.simulation.watch.Moments;
import io.quorate.simulation.watch.ViolationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Whether a history can be, from its revisions, in about linear time.
///
/// The claim is that the order of revisions *is* the order in which everything happened. So it is
/// not searched for, only verified. Of histories without unknown outcomes the verdict is exact; a
/// write whose outcome nobody knows explains what it can explain, and nothing more: if its value is
/// seen, it happened as a whole, at that revision; if not, it may have deleted or overwritten a key
/// at one of the revisions that nobody else claims, after its call.
public final class RevisionCheck {
  /// The value of a key from a revision on; null: it was deleted.
  private static final class Version {
    final long revision;
    final @Nullable String value;

    /// The last state in which it was seen.
    long presentAt;

    /// The first state in which the key was absent, though nobody is known to have deleted it.
    long absentAt = KvHistory.NEVER;

    @Nullable Call absence;

    Version(long revision, @Nullable String value) {
      this.revision = revision;
      this.value = value;
      this.presentAt = revision;
    }
  }

  /// Who puts a value, in which branch, under which key.
  private record Origin(Call call, boolean branch, String key) {}

  private final List<Call> calls;
  private final NavigableMap<Long, List<Shown>> watched;
  private final Moments moments;
  private final Map<String, Origin> origins = new LinkedHashMap<>();
  private final TreeSet<String> keys = new TreeSet<>();
  private final Map<String, TreeMap<Long, Version>> versions = new TreeMap<>();
  private final TreeMap<Long, Call> writes = new TreeMap<>();

  /// At which revision a call of unknown outcome turned out to have happened, by its number.
  private final Map<Integer, Long> turnedOut = new TreeMap<>();

  private final KvHistory history;
  private final List<Call> unseen = new ArrayList<>();
  private final RevisionTimes times;

  private RevisionCheck(
      KvHistory history, NavigableMap<Long, List<Shown>> watched, Moments moments) {
    this.calls = history.calls();
    this.history = history;
    this.watched = watched;
    this.moments = moments;
    this.times = new RevisionTimes(calls);
  }

  /// Throws a [ViolationException] if the history cannot be.
  public static void verify(KvHistory history, Moments moments) {
    verify(history, new WatchHistory(), moments);
  }

  /// The same, with what those who watched everything were shown.
  public static void verify(KvHistory history, WatchHistory watched, Moments moments) {
    new RevisionCheck(history, watched.changes(), moments).verify();
  }

  private void verify() {
    origins();
    for (var call : calls) {
      var answer = call.answer();
      if (answer != null && answer.wrote()) {
        effect(call, answer.succeeded(), answer.revision());
      }
    }
    for (var call : calls) {
      var answer = call.answer();
      if (answer != null) {
        answer.found().forEach(found -> seen(found, call));
        if (answer.succeeded()) {
          for (var condition : call.request.conditions()) {
            var expected = condition.expected();
            if (expected != null) {
              seen(expected, call);
            }
          }
        }
      }
    }
    watched();
    for (var call : calls) {
      if (call.isUnknownWrite() && !turnedOut.containsKey(call.number)) {
        unseen.add(call);
      }
    }
    realTime();
    lives();
    for (var call : calls) {
      var answer = call.answer();
      if (answer != null) {
        new Replay(call, answer).run();
      }
    }
    absences();
    holes();
  }

  /// Who watches sees what was put; and who was told of a put, put what is seen at its revision.
  private void watched() {
    watched.values().stream()
        .flatMap(List::stream)
        .forEach(change -> {
          var value = change.value();
          if (value != null && !history.isWrittenByOthers(change.key())) {
            seen(new Found(change.key(), value, change.revision()), "a watch");
          }
        });
    writes.forEach((revision, call) -> {
      var changes = watched.get(revision);
      var answer = call.answer();
      if (changes == null || answer == null) {
        return;
      }
      for (var step : call.request.branch(answer.succeeded())) {
        check(
            !(step instanceof Put put)
                || changes.stream()
                    .anyMatch(change ->
                        change.key().equals(put.key()) && put.value().equals(change.value())),
            "W5",
            "a watch is shown %s instead of %s",
            changes,
            call);
      }
    });
  }

  private void origins() {
    for (var call : calls) {
      for (boolean branch : new boolean[] {true, false}) {
        for (var step : call.request.branch(branch)) {
          if (step instanceof Put put) {
            keys.add(put.key());
            var before = origins.put(put.value(), new Origin(call, branch, put.key()));
            if (before != null) {
              throw new IllegalStateException("value " + put.value() + " is put twice");
            }
          }
        }
      }
    }
  }

  private Iterable<String> keysIn(Keys range) {
    var to = range.to();
    if (to == null) {
      return List.of(range.from());
    }
    return range.from().compareTo(to) < 0 ? keys.subSet(range.from(), to) : List.of();
  }

  /// A call took effect: with all that its branch writes, and nobody else at that revision (C13).
  private void effect(Call call, boolean branch, long revision) {
    var other = writes.putIfAbsent(revision, call);
    check(other == null, "C13", "two writes at revision %d: %s, and %s", revision, call, other);
    for (var step : call.request.branch(branch)) {
      switch (step) {
        case Put put -> version(put.key(), revision, put.value());
        case Delete delete -> keysIn(delete.keys()).forEach(key -> version(key, revision, null));
        case Range range -> {}
      }
    }
  }

  private void version(String key, long revision, @Nullable String value) {
    versions.computeIfAbsent(key, k -> new TreeMap<>()).put(revision, new Version(revision, value));
  }

  /// A value was found: somebody put it there, once (C6), and not under a false pretence (C5).
  ///
  /// @param by the call that was told of it, or a watch
  private void seen(Found found, Object by) {
    var origin = origins.get(found.value());
    if (origin == null || !origin.key.equals(found.key())) {
      throw new ViolationException("C5", "nobody ever put %s, found by %s".formatted(found, by));
    }
    var call = origin.call;
    check(!call.isRefused(), "C5", "%s took effect, seen by %s", call, by);
    var answer = call.answer();
    if (answer != null) {
      check(answer.succeeded() == origin.branch, "C5", "%s put what %s found", call, by);
      check(
          answer.revision() == found.revision(),
          "C6",
          "%s, and took effect at %d also, as %s found",
          call,
          found.revision(),
          by);
      return;
    }
    var before = turnedOut.putIfAbsent(call.number, found.revision());
    check(
        before == null || before == found.revision(),
        "C6",
        "%s took effect at %s and at %d, as %s found",
        call,
        before,
        found.revision(),
        by);
    if (before == null) {
      moments.saw("unknown outcome later seen");
      effect(call, origin.branch, found.revision());
    }
  }

  /// Nothing that began after something had ended came before it (C7); and a change took a revision
  /// that was new (C13).
  private void realTime() {
    for (var call : calls) {
      var answer = call.answer();
      var late = turnedOut.get(call.number);
      if ((answer == null && late == null) || call.request.serializable()) {
        continue;
      }
      boolean wrote = answer == null || answer.wrote();
      long revision = answer != null ? answer.revision() : late != null ? late : 0;
      long known = times.knownBefore(call.call);
      check(
          wrote ? revision > known : revision >= known,
          wrote ? "C13" : "C7",
          "revision %d had been told before this began: %s, at %d",
          known,
          call,
          revision);
    }
  }

  /// What one life of a node has applied never goes back (C2).
  private void lives() {
    var byLife = new TreeMap<Integer, List<Call>>();
    for (var call : calls) {
      if (call.answer() != null) {
        byLife.computeIfAbsent(call.life, life -> new ArrayList<>()).add(call);
      }
    }
    for (var of : byLife.values()) {
      var known = new RevisionTimes(of);
      for (var call : of) {
        var answer = call.answer();
        check(
            answer == null || answer.revision() >= known.knownBefore(call.call),
            "C2",
            "the same life had told revision %d before: %s",
            known.knownBefore(call.call),
            call);
      }
    }
  }

  private @Nullable Version versionAt(String key, long revision) {
    var of = versions.get(key);
    var entry = of == null ? null : of.floorEntry(revision);
    return entry == null || entry.getValue().value == null ? null : entry.getValue();
  }

  /// Whether an unseen write could have changed this key between two revisions, the first left out.
  private boolean unseenExplains(String key, long after, long upTo) {
    for (var call : unseen) {
      if (call.request.mayWrite(key) && couldBe(call, after, upTo)) {
        return true;
      }
    }
    return false;
  }

  /// An effect comes behind all that had been told before the call.
  private boolean couldBe(Call unknown, long after, long upTo) {
    return hasHole(Math.max(after, times.knownBefore(unknown.call)), upTo);
  }

  /// Whether there is a revision that no known write has, the first left out.
  private boolean hasHole(long after, long upTo) {
    long first = Math.max(after, RevisionTimes.EMPTY);
    return upTo > first && writes.subMap(first, false, upTo, true).size() < upTo - first;
  }

  /// A wrong answer to a read that has to be fresh is one that has not seen everything.
  private static String promiseOf(Call call) {
    return call.request.mayWrite() || call.request.serializable() ? "C5" : "C7";
  }

  /// Runs an answered call once more, in the state that it names.
  private final class Replay {
    private final Call call;
    private final KvAnswer answer;
    private final long base;
    private final String promise;

    /// What the call itself has done to keys so far.
    private final Map<String, Own> own = new TreeMap<>();

    private record Own(@Nullable String value) {}

    /// Keys that the answer tells to have been absent before.
    private final TreeSet<String> toldAbsent = new TreeSet<>();

    Replay(Call call, KvAnswer answer) {
      this.call = call;
      this.answer = answer;
      this.base = answer.wrote() ? answer.revision() - 1 : answer.revision();
      this.promise = promiseOf(call);
    }

    private void holds(boolean fact, String what, @Nullable Object... details) {
      check(fact, promise, "%s: %s", String.format(Locale.ROOT, what, details), call);
    }

    void run() {
      var steps = call.request.branch(answer.succeeded());
      holds(answer.told().size() == steps.size(), "an answer to each step");
      for (int i = 0; i < steps.size(); i++) {
        run(steps.get(i), answer.told().get(i));
      }
      conditions();
    }

    private void run(Step step, Told told) {
      switch (step) {
        case Put put -> {
          var previous = ((OfPut) told).previous();
          if (put.previous()) {
            tell(put.key(), previous);
          }
          own.put(put.key(), new Own(put.value()));
        }
        case Delete delete -> {
          deleted(delete, (OfDelete) told);
          keysIn(delete.keys()).forEach(key -> own.put(key, new Own(null)));
        }
        case Range range -> ranged(range, (OfRange) told);
      }
    }

    private void deleted(Delete delete, OfDelete told) {
      var previous = told.previous();
      if (previous != null) {
        holds(told.count() == previous.size(), "as many keys as are told");
        var left = inOrder(previous, delete.keys());
        keysIn(delete.keys()).forEach(key -> tell(key, left.remove(key)));
        holds(left.isEmpty(), "deleted what was not asked for");
        return;
      }
      if (delete.keys().isOne() && told.count() == 0) {
        tell(delete.keys().from(), null);
        return;
      }
      long expected = 0;
      for (var key : keysIn(delete.keys())) {
        expected += isPresent(key) ? 1 : 0;
      }
      holds(
          told.count() == expected || unseenExplains(keysIn(delete.keys()), base),
          "deleted %d keys, not %d",
          told.count(),
          expected);
    }

    private boolean isPresent(String key) {
      var mine = own.get(key);
      return mine != null ? mine.value != null : versionAt(key, base) != null;
    }

    /// Whether one of these keys may not be as it is known to be.
    private boolean unseenExplains(Iterable<String> some, long state) {
      for (var key : some) {
        var of = versions.get(key);
        var last = of == null ? null : of.floorKey(state);
        if (RevisionCheck.this.unseenExplains(key, last == null ? 0 : last, state)) {
          return true;
        }
      }
      return false;
    }

    /// The answer tells what a key had before.
    private void tell(String key, @Nullable Found found) {
      holds(found == null || found.key().equals(key), "%s instead of %s", found, key);
      var mine = own.get(key);
      if (mine == null) {
        if (found == null) {
          toldAbsent.add(key);
        }
        tell(key, found, base);
      } else if (found == null) {
        holds(mine.value == null, "%s absent after its own put", key);
      } else {
        holds(
            found.value().equals(mine.value) && found.revision() == answer.revision(),
            "found %s after its own change",
            found);
      }
    }

    private void tell(String key, @Nullable Found found, long state) {
      var expected = versionAt(key, state);
      if (found == null) {
        if (expected != null) {
          if (state < expected.absentAt) {
            expected.absentAt = state;
            expected.absence = call;
          }
        }
        return;
      }
      if (expected == null || expected.revision != found.revision()) {
        holds(
            false,
            "found %s, where the last at %d is %s",
            found,
            state,
            expected == null ? "nothing" : expected.value + " of " + expected.revision);
        return;
      }
      expected.presentAt = Math.max(expected.presentAt, state);
    }

    /// By key; each of the range, in the order of keys, once.
    private NavigableMap<String, Found> inOrder(List<Found> told, Keys range) {
      var all = new TreeMap<String, Found>();
      for (var found : told) {
        holds(
            range.contains(found.key())
                && (all.isEmpty() || all.lastKey().compareTo(found.key()) < 0),
            "%s out of place",
            found);
        all.put(found.key(), found);
      }
      return all;
    }

    private void ranged(Range range, OfRange told) {
      long state = range.at() > 0 ? range.at() : base;
      holds(state <= answer.revision(), "a state that is not yet");
      var left = inOrder(told.kvs(), range.keys());
      var last = left.isEmpty() ? null : left.lastKey();
      int size = told.kvs().size();
      holds(range.limit() == 0 || size <= range.limit(), "the limit");
      boolean cut = told.count() > size;
      holds(told.more() == cut && (!cut || size == range.limit()), "whether there is more");
      long beyond = 0;
      for (var key : keysIn(range.keys())) {
        if (cut && (last == null || key.compareTo(last) > 0)) {
          beyond += isPresent(key, range, state) ? 1 : 0;
        } else if (range.at() > 0) {
          tell(key, left.remove(key), state);
        } else {
          tell(key, left.remove(key));
        }
      }
      holds(left.isEmpty(), "found what nobody put");
      holds(
          told.count() - size == beyond || unseenExplains(keysIn(range.keys()), state),
          "%d keys beyond the limit, not %d",
          told.count() - size,
          beyond);
    }

    private boolean isPresent(String key, Range range, long state) {
      return range.at() > 0 ? versionAt(key, state) != null : isPresent(key);
    }

    /// Conditions are about what was before.
    private void conditions() {
      boolean all = true;
      own.clear();
      for (var condition : call.request.conditions()) {
        boolean held = held(condition);
        all &= held;
        if (answer.succeeded()) {
          var expected = condition.expected();
          var now = versionAt(condition.key(), base);
          if (expected == null) {
            tell(condition.key(), null, base);
          } else {
            holds(
                held,
                "%s did not hold: there is %s",
                condition,
                now == null ? "nothing" : now.value);
            if (now != null) {
              now.presentAt = Math.max(now.presentAt, base);
            }
          }
        }
      }
      holds(
          answer.succeeded()
              || !all
              || unseenExplains(
                  call.request.conditions().stream().map(Condition::key).toList(), base),
          "all conditions held");
    }

    private boolean held(Condition condition) {
      var expected = condition.expected();
      var now = toldAbsent.contains(condition.key()) ? null : versionAt(condition.key(), base);
      if (expected == null || now == null) {
        return expected == null && now == null;
      }
      return switch (condition.target()) {
        case REVISION -> expected.revision() == now.revision;
        case VALUE -> expected.value().equals(now.value);
      };
    }
  }

  /// A key that is absent was deleted by somebody: if nobody is known to have, by a call of unknown
  /// outcome, each of which deletes a key once.
  private void absences() {
    versions.forEach((key, of) -> {
      var gaps = new ArrayList<Version>();
      for (var version : of.values()) {
        if (version.absentAt != KvHistory.NEVER) {
          gaps.add(version);
        }
      }
      var explains = new LinkedHashMap<Integer, Version>();
      for (var gap : gaps) {
        var absence = gap.absence;
        check(
            explain(key, gap, explains, new TreeSet<>()),
            absence == null ? "C5" : promiseOf(absence),
            "%s = %s of %d was last seen at %d, is gone for %s, and nobody can have deleted it",
            key,
            gap.value,
            gap.revision,
            gap.presentAt,
            absence);
      }
    });
  }

  /// Finds a deletion for a gap, if need be by giving another gap another one (Kuhn's matching).
  private boolean explain(
      String key, Version gap, Map<Integer, Version> explains, Set<Integer> tried) {
    for (var call : unseen) {
      boolean fits =
          call.request
                  .steps()
                  .anyMatch(step -> step instanceof Delete delete && delete.keys().contains(key))
              && couldBe(call, gap.presentAt, gap.absentAt);
      if (fits && tried.add(call.number)) {
        var other = explains.get(call.number);
        if (other == null || explain(key, other, explains, tried)) {
          explains.put(call.number, gap);
          return true;
        }
      }
    }
    return false;
  }

  /// Revisions have no gaps: what nobody is known to have written, somebody of unknown outcome did
  /// (C13).
  private void holes() {
    long greatest = Math.max(times.greatest(), writes.isEmpty() ? 0 : writes.lastKey());
    var from = new ArrayList<Long>();
    for (var call : unseen) {
      from.add(times.knownBefore(call.call) + 1);
    }
    for (long time : history.others()) {
      from.add(times.knownBefore(time) + 1);
    }
    from.sort(null);
    int usable = 0;
    int used = 0;
    for (long revision = RevisionTimes.EMPTY + 1; revision <= greatest; revision++) {
      while (usable < from.size() && from.get(usable) <= revision) {
        usable++;
      }
      if (!writes.containsKey(revision)) {
        check(++used <= usable, "C13", "nobody can have written at revision %d", revision);
      }
    }
  }
}
