package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.replica.Worker;
import io.quorate.store.Keys.Found;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Has the reader look up keys that neither overlay nor cache holds, and puts them into the cache.
/// What is asked for while it reads is looked up together.
///
/// It reads the state of the engine at that moment: a key that is not in the overlay is there as it
/// is.
final class Fetcher {
  /// Questions that are answered by one task of the reader.
  private static final int TOGETHER = 64;

  /// Keys of a range that are read ahead. They do not come into the cache, which knows no ranges:
  /// it is the engine that has them at hand then.
  private static final int AHEAD = 1000;

  /// Bytes of values that are on the heap at a time; what is beyond is read when it is needed.
  private static final long VALUE_BYTES = 8 << 20;

  private record Question(Wanted wanted, Runnable then) {}

  private record Reserved(NewestCache.Slot slot, Bytes key, boolean withValue) {}

  private record Fetched(List<@Nullable Version> versions, List<@Nullable Bytes> keyValues) {}

  private final SharedEngine engine;
  private final Worker reader;
  private final NewestCache cache;
  private final ArrayDeque<Question> waiting = new ArrayDeque<>();

  /// What runs when the reader comes back; null while it is at rest.
  private @Nullable List<Runnable> underWay;

  Fetcher(SharedEngine engine, Worker reader, NewestCache cache) {
    this.engine = engine;
    this.reader = reader;
    this.cache = cache;
  }

  /// Fetches what is wanted, then runs something on the loop. That all of it is at hand then is
  /// likely, but not sure.
  void fetch(Wanted wanted, Runnable then) {
    waiting.addLast(new Question(wanted, then));
    fetchNext();
  }

  /// Whether anything that was asked for is still to come.
  boolean isBusy() {
    return underWay != null;
  }

  /// Runs something on the loop once all that was asked for has come. The fetcher is busy.
  void whenFetched(Runnable then) {
    if (!waiting.isEmpty()) {
      var last = waiting.removeLast();
      waiting.addLast(
          new Question(
              last.wanted,
              () -> {
                last.then.run();
                then.run();
              }));
    } else if (underWay != null) {
      underWay.add(then);
    } else {
      throw new IllegalStateException("nothing was asked for");
    }
  }

  private void fetchNext() {
    if (underWay != null || waiting.isEmpty()) {
      return;
    }
    var answers = new ArrayList<Runnable>();
    underWay = answers;
    var keys = new ArrayList<Reserved>();
    var ranges = new ArrayList<Wanted.Range>();
    var leases = new ArrayList<Long>();
    while (!waiting.isEmpty() && answers.size() < TOGETHER) {
      var question = waiting.removeFirst();
      answers.add(question.then);
      ranges.addAll(question.wanted.ranges());
      leases.addAll(question.wanted.leases());
      question
          .wanted
          .keys()
          .forEach((key, withValue) -> keys.add(new Reserved(cache.reserve(key), key, withValue)));
    }
    engine.run(
        reader,
        from -> fetch(from, keys, ranges, leases),
        fetched -> fetched(answers, keys, fetched));
  }

  private static Fetched fetch(
      Engine from, List<Reserved> keys, List<Wanted.Range> ranges, List<Long> leases) {
    try (var snapshot = from.snapshot()) {
      var engineKeys = new EngineKeys(snapshot);
      ranges.forEach(range -> readAhead(engineKeys, range));
      leases.forEach(lease -> readAhead(engineKeys, lease));
      return fetch(engineKeys, keys);
    }
  }

  private static void readAhead(EngineKeys from, Wanted.Range range) {
    var found = new ArrayList<Found>();
    var room = new Room(VALUE_BYTES);
    try (var walk = from.walk(range.keys(), Keys.NEWEST)) {
      while (found.size() < AHEAD && walk.next() && room.take(walk.version().size())) {
        found.add(new Found(walk.key(), walk.version()));
      }
    }
    if (range.withValues()) {
      from.keyValues(found);
    }
  }

  private static void readAhead(EngineKeys from, long lease) {
    try (var attached = from.attached(lease)) {
      int passed = 0;
      while (passed < AHEAD && attached.next()) {
        passed++;
      }
    }
  }

  private static Fetched fetch(EngineKeys from, List<Reserved> keys) {
    var versions = from.live(keys.stream().map(Reserved::key).toList());
    var places = new ArrayList<Integer>();
    var found = new ArrayList<Found>();
    var room = new Room(VALUE_BYTES);
    for (int i = 0; i < keys.size(); i++) {
      var version = versions.get(i);
      if (version != null && keys.get(i).withValue && room.take(version.size())) {
        places.add(i);
        found.add(new Found(keys.get(i).key, version));
      }
    }
    var keyValues = new ArrayList<@Nullable Bytes>(Collections.nCopies(keys.size(), null));
    var values = from.keyValues(found);
    for (int i = 0; i < places.size(); i++) {
      keyValues.set(places.get(i), values.get(i));
    }
    return new Fetched(versions, keyValues);
  }

  private void fetched(List<Runnable> answers, List<Reserved> keys, Fetched fetched) {
    underWay = null;
    for (int i = 0; i < keys.size(); i++) {
      cache.fill(keys.get(i).slot, fetched.versions.get(i), fetched.keyValues.get(i));
    }
    fetchNext();
    answers.forEach(Runnable::run);
  }
}
