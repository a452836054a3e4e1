package io.quorate.simulation;

import io.quorate.simulation.history.KvAnswer;
import io.quorate.simulation.history.KvRequest;
import io.quorate.simulation.history.KvRequest.Condition;
import io.quorate.simulation.history.KvRequest.Delete;
import io.quorate.simulation.history.KvRequest.Keys;
import io.quorate.simulation.history.KvRequest.Put;
import io.quorate.simulation.history.KvRequest.Range;
import io.quorate.simulation.history.KvRequest.Step;
import io.quorate.simulation.history.KvRequest.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Draws what clients ask for, on few keys, so that they contend. Some keys are written one at a
/// time only, so that each can be searched for an order by itself; the others also together.
final class KvRequests {
  /// Every key of a run is within.
  private static final Keys ALL = new Keys("k", "t");

  private final Draw draw;
  private final List<String> single = new ArrayList<>();
  private final List<String> shared = new ArrayList<>();

  /// How likely a call is about a key that is written by itself.
  private final double often;

  private int nextValue;

  /// The last revision that anybody was told of.
  private long newest = 1;

  /// @param calls about how many there will be
  KvRequests(Draw draw, double calls) {
    this.draw = draw;
    int keys = 1 + draw.below(5);
    for (int i = 0; i < keys; i++) {
      shared.add("k" + i);
    }
    // A search looks at so many calls of a key as are drawn here, about.
    this.often = Math.min(0.5, 1_000 / calls);
    keys = 1 + draw.below(2);
    for (int i = 0; i < keys; i++) {
      single.add("s" + i);
    }
  }

  List<String> singleKeys() {
    return single;
  }

  void told(long revision) {
    newest = Math.max(newest, revision);
  }

  /// Everything, as it is now.
  static KvRequest all() {
    return KvRequest.read(new Range(ALL, 0, 0), false);
  }

  boolean drawsSingle() {
    return draw.chance(often);
  }

  String singleKey() {
    return draw.pick(single);
  }

  /// Unique; now and then large, so that little of the log fits into a window.
  private String value() {
    return "v" + nextValue++ + "x".repeat(draw.chance(0.05) ? draw.below(5_000) : 0);
  }

  Put put(String key) {
    return new Put(key, value(), draw.chance(0.3));
  }

  /// Reads one key.
  KvRequest get(String key) {
    return KvRequest.read(new Range(Keys.one(key), 0, 0), draw.chance(0.3));
  }

  Delete delete(String key) {
    return new Delete(Keys.one(key), draw.chance(0.5));
  }

  /// Puts a value if the key is still as it was found, else tells how it is.
  KvRequest swap(String key, KvAnswer found) {
    return new KvRequest(
        List.of(condition(key, found)),
        List.of(put(key)),
        List.of(new Range(Keys.one(key), 0, 0)),
        false);
  }

  private Condition condition(String key, KvAnswer found) {
    var of = found.found().filter(kv -> kv.key().equals(key)).findFirst().orElse(null);
    return new Condition(key, draw.pick(List.of(Target.values())), of);
  }

  // Of the keys that are also written together

  /// Some of them, by their prefix or a part of it, now and then no more than a few.
  private Range range() {
    var keys =
        draw.chance(0.6)
            ? new Keys("k", "l")
            : new Keys("k" + draw.below(shared.size()), "k" + (1 + draw.below(shared.size())));
    return new Range(keys, draw.chance(0.4) ? 1 + draw.below(3) : 0, 0);
  }

  KvRequest ranged() {
    return KvRequest.read(range(), draw.chance(0.3));
  }

  /// As it was once.
  KvRequest past() {
    var range = range();
    long at = Math.max(1, newest - draw.below(10));
    return KvRequest.read(new Range(range.keys(), range.limit(), at), draw.chance(0.5));
  }

  /// Several reads of one state.
  KvRequest reads() {
    return new KvRequest(List.of(), List.of(range(), range()), List.of(), draw.chance(0.3));
  }

  KvRequest deleteSome() {
    return KvRequest.of(new Delete(range().keys(), draw.chance(0.5)));
  }

  String sharedKey() {
    return draw.pick(shared);
  }

  /// All of them, to be changed together.
  KvRequest look() {
    return KvRequest.read(new Range(new Keys("k", "l"), 0, 0), draw.chance(0.7));
  }

  /// Changes some keys together, if others, or the same, are as they were found.
  KvRequest transaction(KvAnswer found) {
    var conditions = new TreeMap<String, Condition>();
    for (int i = draw.below(4); i > 0; i--) {
      var key = sharedKey();
      conditions.put(key, condition(key, found));
    }
    return new KvRequest(
        List.copyOf(conditions.values()),
        branch(0.3),
        conditions.isEmpty() ? List.of() : branch(0.7),
        false);
  }

  /// @param reads how likely it only reads
  private List<Step> branch(double reads) {
    var steps = new ArrayList<Step>();
    steps.add(range());
    if (!draw.chance(reads)) {
      for (var key : shared) {
        if (draw.chance(0.5)) {
          steps.add(draw.chance(0.6) ? put(key) : delete(key));
        }
      }
      steps.add(range());
    }
    return List.copyOf(steps);
  }

  /// A revision before which everything may be forgotten.
  long compaction() {
    return Math.max(1, newest - draw.below(20));
  }

  boolean physically() {
    return draw.chance(0.3);
  }
}
