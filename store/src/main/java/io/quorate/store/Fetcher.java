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

  /// Bytes of values that are on the heap at a time; what is beyond is read when it is needed.
  private static final long VALUE_BYTES = 8 << 20;

  private record Question(Wanted wanted, Runnable then) {}

  private record Reserved(NewestCache.Slot slot, Bytes key, boolean withValue) {}

  /// @param passed how many keys were gone over, of one range or of all leases
  private record Fetched(
      List<@Nullable Version> versions, List<@Nullable Bytes> keyValues, int passed) {}

  private final SharedEngine engine;
  private final Worker reader;
  private final NewestCache cache;
  private final int ahead;
  private final ArrayDeque<Question> waiting = new ArrayDeque<>();

  /// What runs when the reader comes back; null while it is at rest.
  private @Nullable List<Runnable> underWay;

  private int passed;

  /// @param ahead keys of a range, or of a lease, that are read ahead. They do not come into the
  ///   cache, which knows no ranges: it is the engine that has them at hand then
  Fetcher(SharedEngine engine, Worker reader, NewestCache cache, int ahead) {
    this.engine = engine;
    this.reader = reader;
    this.cache = cache;
    this.ahead = ahead;
  }

  /// Fetches what is wanted, then runs something on the loop. That all of it is at hand then is
  /// likely, but not sure.
  void fetch(Wanted wanted, Runnable then) {
    waiting.addLast(new Question(wanted, then));
    fetchNext();
  }

  /// How many keys were gone over for the answers that come just now, of one range or of all
  /// leases; no more than are read ahead of each.
  int passed() {
    return passed;
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

  private Fetched fetch(
      Engine from, List<Reserved> keys, List<Wanted.Range> ranges, List<Long> leases) {
    try (var snapshot = from.snapshot()) {
      var engineKeys = new EngineKeys(snapshot);
      int passed = 0;
      for (long lease : leases) {
        passed += readAhead(engineKeys, lease);
      }
      for (var range : ranges) {
        passed = Math.max(passed, readAhead(engineKeys, range));
      }
      return fetch(engineKeys, keys, passed);
    }
  }

  private int readAhead(EngineKeys from, Wanted.Range range) {
    var found = new ArrayList<Found>();
    var room = new Room(VALUE_BYTES);
    try (var walk = from.walk(range.keys(), Keys.NEWEST)) {
      while (found.size() < ahead && walk.next() && room.take(walk.version().size())) {
        found.add(new Found(walk.key(), walk.version()));
      }
    }
    if (range.withValues()) {
      from.keyValues(found);
    }
    // One that was cut short for its size goes over many, too.
    return room.isExceeded() ? ahead : found.size();
  }

  private int readAhead(EngineKeys from, long lease) {
    try (var attached = from.attached(lease)) {
      int passed = 0;
      while (passed < ahead && attached.next()) {
        passed++;
      }
      return passed;
    }
  }

  private static Fetched fetch(EngineKeys from, List<Reserved> keys, int passed) {
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
    return new Fetched(versions, keyValues, passed);
  }

  private void fetched(List<Runnable> answers, List<Reserved> keys, Fetched fetched) {
    underWay = null;
    passed = fetched.passed;
    for (int i = 0; i < keys.size(); i++) {
      cache.fill(keys.get(i).slot, fetched.versions.get(i), fetched.keyValues.get(i));
    }
    fetchNext();
    answers.forEach(Runnable::run);
  }
}
