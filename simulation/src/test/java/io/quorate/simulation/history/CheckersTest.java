package io.quorate.simulation.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.simulation.Draw;
import io.quorate.simulation.history.KvAnswer.OfDelete;
import io.quorate.simulation.history.KvAnswer.OfPut;
import io.quorate.simulation.history.KvAnswer.OfRange;
import io.quorate.simulation.history.KvAnswer.Told;
import io.quorate.simulation.history.KvHistory.Call;
import io.quorate.simulation.history.KvRequest.Found;
import io.quorate.simulation.watch.Moments;
import io.quorate.simulation.watch.ViolationException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Both checkers of histories against what can be, and against trying all orders.
class CheckersTest {
  private static final long SEED = 20_260_701;
  private static final List<String> KEYS = List.of("a", "b", "c", "d");

  private static boolean isPossible(KvHistory history) {
    try {
      RevisionCheck.verify(history, new Moments());
      return true;
    } catch (ViolationException e) {
      return false;
    }
  }

  /// 10,000 of up to 40 calls, and some of thousands.
  @Test
  void historiesThatCanBePass() {
    var draw = new Draw(SEED);
    for (int i = 0; i < 10_020; i++) {
      boolean together = draw.chance(0.6);
      int calls = i < 10_000 ? 1 + draw.below(40) : 3_000;
      double unknown = draw.chance(0.3) ? 0 : draw.magnitude(0.02, 0.5);
      var history =
          new KvHistories(draw.split(), calls, 1 + draw.below(4), unknown, together).draw();
      RevisionCheck.verify(history, new Moments());
      for (var key : KEYS) {
        var ops = RegisterOp.on(key, history.calls());
        if (ops != null) {
          assertThat(RegisterSearch.search(ops, 2_000, 100_000))
              .as("history %d, key %s: %s", i, key, history.calls())
              .isEqualTo(RegisterSearch.Verdict.POSSIBLE);
        }
      }
    }
  }

  /// Where every outcome is known, the check from revisions and all orders tried agree; where not,
  /// what is impossible to it is impossible.
  @Test
  void revisionsAgreeWithAllOrders() {
    var draw = new Draw(SEED + 1);
    int possible = 0;
    int impossible = 0;
    int missed = 0;
    for (int i = 0; i < 30_000; i++) {
      boolean allKnown = draw.chance(0.6);
      var drawn =
          new KvHistories(
                  draw.split(), 1 + draw.below(6), 1 + draw.below(2), allKnown ? 0 : 0.3, true)
              .draw();
      var history = draw.chance(0.8) ? spoiled(drawn, draw) : drawn;
      boolean verdict = isPossible(history);
      boolean truth = AllOrders.explain(history);
      if (allKnown) {
        assertThat(verdict).as("history %d: %s", i, history.calls()).isEqualTo(truth);
      } else {
        assertThat(verdict || !truth).as("history %d: %s", i, history.calls()).isTrue();
        missed += verdict && !truth ? 1 : 0;
      }
      possible += truth ? 1 : 0;
      impossible += truth ? 0 : 1;
    }
    assertThat(possible).isGreaterThan(5_000);
    assertThat(impossible).isGreaterThan(5_000);
    assertThat(missed)
        .as("impossible through unknown outcomes, and not found")
        .isLessThan(impossible / 50);
  }

  @Test
  void theSearchAgreesWithAllOrders() {
    var draw = new Draw(SEED + 2);
    int possible = 0;
    int impossible = 0;
    for (int i = 0; i < 30_000; i++) {
      var drawn =
          new KvHistories(draw.split(), 1 + draw.below(8), 1, draw.chance(0.5) ? 0 : 0.3, false)
              .draw();
      var history = draw.chance(0.8) ? spoiled(drawn, draw) : drawn;
      var ops = RegisterOp.on("a", history.calls());
      assertThat(ops).isNotNull();
      if (ops == null) {
        continue;
      }
      boolean truth = AllOrders.explain(ops);
      assertThat(RegisterSearch.search(ops, 2_000, 1_000_000))
          .as("history %d: %s", i, history.calls())
          .isEqualTo(truth ? RegisterSearch.Verdict.POSSIBLE : RegisterSearch.Verdict.IMPOSSIBLE);
      possible += truth ? 1 : 0;
      impossible += truth ? 0 : 1;
    }
    assertThat(possible).isGreaterThan(1_000);
    assertThat(impossible).isGreaterThan(1_000);
  }

  /// What a history says about its beginning can be if all of it can.
  @Test
  void aBeginningOfAHistoryThatCanBeCanBe() {
    var draw = new Draw(SEED + 3);
    for (int i = 0; i < 2_000; i++) {
      var history = new KvHistories(draw.split(), 40, 1, 0.2, false).draw();
      var ops = RegisterOp.on("a", history.calls());
      assertThat(ops).isNotNull();
      if (ops != null) {
        assertThat(RegisterSearch.search(ops, 1 + draw.below(30), 100_000))
            .as("history %d: %s", i, history.calls())
            .isEqualTo(RegisterSearch.Verdict.POSSIBLE);
      }
    }
  }

  /// The same history, but for something that was told, or when.
  private static KvHistory spoiled(KvHistory history, Draw draw) {
    var calls = history.calls();
    int victim = draw.below(calls.size());
    var copy = new KvHistory();
    var values = new ArrayList<Found>();
    calls.forEach(call -> {
      var answer = call.answer();
      if (answer != null) {
        answer.found().forEach(values::add);
      }
    });
    for (int i = 0; i < calls.size(); i++) {
      var call = calls.get(i);
      var answer = call.answer();
      boolean earlier = i == victim && draw.chance(0.2);
      var begun = copy.begin(call.call, call.life, call.request);
      if (answer != null) {
        boolean late = i == victim && earlier;
        begun.answered(
            late ? Math.max(call.call, call.end() - 1 - draw.below(40)) : call.end(),
            i == victim && !late ? spoiled(answer, values, draw) : answer);
      }
    }
    return copy;
  }

  private static KvAnswer spoiled(KvAnswer answer, List<Found> values, Draw draw) {
    if (draw.chance(0.4)) {
      long revision = Math.max(1, answer.revision() + (draw.chance(0.5) ? 1 : -1));
      return new KvAnswer(revision, answer.succeeded(), answer.told());
    }
    var told = new ArrayList<>(answer.told());
    if (!told.isEmpty()) {
      int one = draw.below(told.size());
      told.set(one, spoiled(told.get(one), values, draw));
    }
    return new KvAnswer(answer.revision(), answer.succeeded(), told);
  }

  private static Told spoiled(Told told, List<Found> values, Draw draw) {
    return switch (told) {
      case OfPut(var previous) ->
          previous == null || draw.chance(0.3) ? new OfPut(null) : new OfPut(draw.pick(values));
      case OfDelete(long count, var previous) ->
          previous == null
              ? new OfDelete(count == 0 ? 1 : count - 1, null)
              : previous.isEmpty()
                  ? told
                  : new OfDelete(previous.size() - 1L, less(previous, draw));
      case OfRange(var found, long count, boolean more) -> {
        if (!found.isEmpty() && draw.chance(0.5)) {
          yield new OfRange(less(found, draw), count - (more ? 0 : 1), more);
        }
        if (!values.isEmpty() && found.size() < 2) {
          yield new OfRange(List.of(draw.pick(values)), 1, false);
        }
        yield new OfRange(found, count + 1, true);
      }
    };
  }

  private static List<Found> less(List<Found> found, Draw draw) {
    var some = new ArrayList<>(found);
    some.remove(draw.below(found.size()));
    return List.copyOf(some);
  }

  /// Tries all orders: slow, and too simple to be wrong.
  private static final class AllOrders {
    static boolean explain(KvHistory history) {
      var calls =
          history.calls().stream()
              .filter(call -> call.answer() != null || call.isUnknownWrite())
              .toList();
      var fresh = calls.stream().filter(call -> !call.request.serializable()).toList();
      var stale = calls.stream().filter(call -> call.request.serializable()).toList();
      return explain(new ArrayList<>(fresh), stale, new KvModel(), new ArrayList<>());
    }

    /// @param ordered what is ordered so far, with the revision that it came to
    private static boolean explain(
        List<Call> left, List<Call> stale, KvModel model, List<Placed> ordered) {
      if (left.stream().allMatch(call -> call.answer() == null)
          && stale.stream().allMatch(call -> explains(call, model, ordered))
          && inLives(stale, ordered)) {
        return true;
      }
      long before = left.stream().mapToLong(Call::end).min().orElse(KvHistory.NEVER);
      for (var call : List.copyOf(left)) {
        if (call.call > before) {
          continue;
        }
        var after = model.copy();
        var answer = after.run(call.request);
        if (call.answer() != null && !answer.equals(call.answer())) {
          continue;
        }
        left.remove(call);
        ordered.add(new Placed(call, answer.revision()));
        if (explain(left, stale, after, ordered)) {
          return true;
        }
        ordered.removeLast();
        left.add(call);
      }
      return false;
    }

    private record Placed(Call call, long revision) {}

    /// A stale read tells of a state that was there before it ended, and nobody who began later
    /// missed that.
    private static boolean explains(Call read, KvModel model, List<Placed> ordered) {
      var answer = read.answer();
      if (answer == null) {
        return true;
      }
      if (answer.revision() > model.revision()
          || !model.runStale(read.request, answer.revision()).equals(answer)) {
        return false;
      }
      for (var placed : ordered) {
        var told = placed.call.answer();
        boolean wrote = told == null || told.wrote();
        if (read.end() < placed.call.call
            && (wrote
                ? placed.revision <= answer.revision()
                : placed.revision < answer.revision())) {
          return false;
        }
      }
      return true;
    }

    private static boolean inLives(List<Call> stale, List<Placed> ordered) {
      for (var read : stale) {
        long revision = revisionOf(read);
        for (var other : stale) {
          if (isBefore(other, read) && revision < revisionOf(other)) {
            return false;
          }
        }
        for (var placed : ordered) {
          if (isBefore(placed.call, read) && revision < placed.revision) {
            return false;
          }
        }
      }
      return true;
    }

    /// In the same life, and answered.
    private static boolean isBefore(Call one, Call other) {
      return one.answer() != null && one.life == other.life && one.end() < other.call;
    }

    private static long revisionOf(Call call) {
      var answer = call.answer();
      return answer == null ? 0 : answer.revision();
    }

    static boolean explain(List<RegisterOp> ops) {
      return explain(new ArrayList<>(ops), RegisterOp.NOTHING);
    }

    private static boolean explain(List<RegisterOp> left, String value) {
      if (left.stream().allMatch(RegisterOp::isOptional)) {
        return true;
      }
      long before = left.stream().mapToLong(RegisterOp::end).min().orElse(KvHistory.NEVER);
      for (int i = 0; i < left.size(); i++) {
        var op = left.get(i);
        if (op.call() <= before && op.fits(value)) {
          left.remove(i);
          if (explain(left, op.writes() == null ? value : op.writes())) {
            return true;
          }
          left.add(i, op);
        }
      }
      return false;
    }
  }
}
