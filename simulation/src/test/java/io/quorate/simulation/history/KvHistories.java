package io.quorate.simulation.history;

import io.quorate.simulation.Draw;
import io.quorate.simulation.history.KvHistory.Call;
import io.quorate.simulation.history.KvRequest.Condition;
import io.quorate.simulation.history.KvRequest.Delete;
import io.quorate.simulation.history.KvRequest.Found;
import io.quorate.simulation.history.KvRequest.Keys;
import io.quorate.simulation.history.KvRequest.Put;
import io.quorate.simulation.history.KvRequest.Range;
import io.quorate.simulation.history.KvRequest.Step;
import io.quorate.simulation.history.KvRequest.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Draws histories that can be: calls that overlap, each carried out by the model at some moment
/// between its call and its end, some of them never answered, some of those never carried out.
final class KvHistories {
  private final Draw draw;
  private final int calls;
  private final List<String> keys;
  private final double unknown;
  private final boolean together;
  private int nextValue;

  /// What was found so far, for conditions.
  private final List<Found> found = new ArrayList<>();

  /// @param unknown how many of the calls get no answer
  /// @param together whether calls write more than one key
  KvHistories(Draw draw, int calls, int keys, double unknown, boolean together) {
    this.draw = draw;
    this.calls = calls;
    this.unknown = unknown;
    this.together = together;
    this.keys = List.of("a", "b", "c", "d").subList(0, keys);
  }

  KvHistory draw() {
    var history = new KvHistory();
    var model = new KvModel();
    var stale = new long[] {1, 1};
    var moments = new TreeMap<Long, Runnable>();
    long gap = 1 + draw.below(20L);
    long time = 0;
    for (int i = 0; i < calls; i++) {
      time += 1 + draw.below(gap);
      plan(history, model, stale, moments, time);
    }
    while (!moments.isEmpty()) {
      moments.pollFirstEntry().getValue().run();
    }
    return history;
  }

  private static void at(Map<Long, Runnable> moments, long time, Runnable what) {
    long free = time * 1_000;
    while (moments.containsKey(free)) {
      free++;
    }
    moments.put(free, what);
  }

  private void plan(
      KvHistory history, KvModel model, long[] stale, Map<Long, Runnable> moments, long time) {
    int life = draw.below(stale.length);
    boolean answered = !draw.chance(unknown);
    boolean happens = answered || draw.chance(0.5);
    long effect = time + draw.below(30) + (answered || draw.chance(0.5) ? 0 : draw.below(500));
    long end = effect + draw.below(30);
    Call[] call = new Call[1];
    KvAnswer[] answer = new KvAnswer[1];
    at(
        moments,
        time,
        () -> {
          call[0] = history.begin(time, life, request());
          if (happens) {
            at(moments, effect, () -> answer[0] = carryOut(call[0].request, model, stale, life));
          }
        });
    if (answered) {
      // The times are as the moments are ordered: ends behind everything of their time.
      at(
          moments,
          end + 1,
          () -> {
            answer[0].found().forEach(found::add);
            call[0].answered(end + 1, answer[0]);
          });
    }
  }

  private KvAnswer carryOut(KvRequest request, KvModel model, long[] stale, int life) {
    if (request.serializable()) {
      stale[life] += draw.below((int) (model.revision() - stale[life]) + 1);
      return model.runStale(request, stale[life]);
    }
    var answer = model.run(request);
    stale[life] = Math.max(stale[life], answer.revision());
    return answer;
  }

  private String key() {
    return draw.pick(keys);
  }

  private KvRequest request() {
    int choice = draw.below(together ? 10 : 7);
    return switch (choice) {
      case 0, 1 -> KvRequest.of(put(key()));
      case 2 -> KvRequest.of(new Delete(Keys.one(key()), draw.chance(0.5)));
      case 3 -> KvRequest.read(new Range(Keys.one(key()), 0, 0), draw.chance(0.3));
      case 4 -> KvRequest.read(range(), draw.chance(0.3));
      case 5, 6 -> swap(key());
      case 7 -> KvRequest.of(new Delete(range().keys(), draw.chance(0.5)));
      default -> transaction();
    };
  }

  private Put put(String key) {
    return new Put(key, "v" + nextValue++, draw.chance(0.3));
  }

  private Range range() {
    return new Range(
        draw.chance(0.5) ? new Keys("a", "z") : new Keys(key(), key()),
        draw.chance(0.3) ? 1 + draw.below(2) : 0,
        0);
  }

  private @Nullable Found earlier(String key) {
    var of = found.stream().filter(kv -> kv.key().equals(key)).toList();
    return of.isEmpty() || draw.chance(0.2)
        ? null
        : draw.chance(0.6) ? of.getLast() : draw.pick(of);
  }

  private Condition condition(String key) {
    return new Condition(key, draw.pick(List.of(Target.values())), earlier(key));
  }

  private KvRequest swap(String key) {
    return new KvRequest(
        List.of(condition(key)), List.of(put(key)), List.of(new Range(Keys.one(key), 0, 0)), false);
  }

  private KvRequest transaction() {
    var conditions = new ArrayList<Condition>();
    for (var key : keys) {
      if (draw.chance(0.3)) {
        conditions.add(condition(key));
      }
    }
    return new KvRequest(List.copyOf(conditions), branch(), branch(), false);
  }

  private List<Step> branch() {
    var steps = new ArrayList<Step>();
    steps.add(range());
    for (var key : keys) {
      if (draw.chance(0.5)) {
        steps.add(draw.chance(0.6) ? put(key) : new Delete(Keys.one(key), draw.chance(0.5)));
      }
    }
    steps.add(range());
    return List.copyOf(steps);
  }
}
