package io.quorate.simulation.history;

import io.quorate.simulation.history.KvAnswer.OfDelete;
import io.quorate.simulation.history.KvAnswer.OfPut;
import io.quorate.simulation.history.KvAnswer.OfRange;
import io.quorate.simulation.history.KvAnswer.Told;
import io.quorate.simulation.history.KvRequest.Condition;
import io.quorate.simulation.history.KvRequest.Delete;
import io.quorate.simulation.history.KvRequest.Found;
import io.quorate.simulation.history.KvRequest.Put;
import io.quorate.simulation.history.KvRequest.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A store as simple as can be, which the checkers of histories are held against.
final class KvModel {
  private final List<TreeMap<String, Found>> states = new ArrayList<>();

  KvModel() {
    states.add(new TreeMap<>());
    states.add(new TreeMap<>());
  }

  private KvModel(KvModel other) {
    states.addAll(other.states);
  }

  /// States themselves never change.
  KvModel copy() {
    return new KvModel(this);
  }

  long revision() {
    return states.size() - 1L;
  }

  @Nullable Found get(String key) {
    return states.getLast().get(key);
  }

  /// Carries a request out.
  KvAnswer run(KvRequest request) {
    return run(request, revision(), true);
  }

  /// What a node that is behind says.
  KvAnswer runStale(KvRequest request, long revision) {
    return run(request, revision, false);
  }

  private KvAnswer run(KvRequest request, long revision, boolean keep) {
    var state = new TreeMap<>(states.get((int) revision));
    var before = new TreeMap<>(state);
    boolean succeeded =
        request.conditions().stream().allMatch(condition -> holds(condition, before));
    boolean wrote = false;
    var told = new ArrayList<Told>();
    for (var step : request.branch(succeeded)) {
      switch (step) {
        case Put put -> {
          var found = new Found(put.key(), put.value(), revision + 1);
          var previous = state.put(put.key(), found);
          told.add(new OfPut(put.previous() ? previous : null));
          wrote = true;
        }
        case Delete delete -> {
          var gone =
              state.values().stream().filter(kv -> delete.keys().contains(kv.key())).toList();
          gone.forEach(kv -> state.remove(kv.key()));
          told.add(new OfDelete(gone.size(), delete.previous() ? gone : null));
          wrote |= !gone.isEmpty();
        }
        case Range range -> {
          var from = range.at() > 0 ? states.get((int) range.at()) : state;
          var all = from.values().stream().filter(kv -> range.keys().contains(kv.key())).toList();
          var some = range.limit() == 0 ? all : all.stream().limit(range.limit()).toList();
          told.add(new OfRange(some, all.size(), some.size() < all.size()));
        }
      }
    }
    if (wrote && keep) {
      states.add(state);
    }
    return new KvAnswer(wrote ? revision + 1 : revision, succeeded, told);
  }

  private static boolean holds(Condition condition, Map<String, Found> state) {
    var now = state.get(condition.key());
    var expected = condition.expected();
    if (now == null || expected == null) {
      return now == null && expected == null;
    }
    return switch (condition.target()) {
      case REVISION -> now.revision() == expected.revision();
      case VALUE -> now.value().equals(expected.value());
    };
  }
}
